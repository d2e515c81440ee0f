! SPDX-License-Identifier: GPL-2.0-or-later
! Monte Carlo neutron transport. Inactive cycles until the source has settled;
! then each active cycle opens a tally, which is nullified instead of freed.
module tallies
  implicit none
  type :: tally
     integer :: cycle = 0
     real(8), pointer :: bins(:, :) => null()
  end type
contains
  subroutine open_tally(t, cycle, groups, cells)
    type(tally), intent(inout) :: t
    integer, intent(in) :: cycle, groups, cells
    nullify (t%bins)
    t%cycle = cycle
    allocate (t%bins(groups, cells))
    t%bins = 0
  end subroutine

  subroutine score(t, x, g)
    type(tally), intent(inout) :: t
    real(8), intent(in) :: x
    integer, intent(in) :: g
    integer :: c
    c = 1 + int(x * size(t%bins, 2))
    t%bins(g, c) = t%bins(g, c) + 1
  end subroutine
end module

program transport
  use tallies
  use iso_c_binding, only: c_int
  implicit none
  interface
     integer(c_int) function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
     end function
  end interface
  integer, parameter :: groups = 70
  integer :: cycle, n, cells, inactive, pace, status
  real(8) :: r(2), keff
  type(tally) :: flux
  character(20) :: value
  pace = 50; cells = 700; inactive = 70
  call get_environment_variable('PACE', value, status=status)
  if (status == 0) read (value, *) pace
  call get_environment_variable('CELLS', value, status=status)
  if (status == 0) read (value, *) cells
  call get_environment_variable('INACTIVE', value, status=status)
  if (status == 0) read (value, *) inactive
  keff = 1
  do cycle = 1, 4000
     if (cycle > inactive) call open_tally(flux, cycle, groups, cells)
     do n = 1, 20000
        call random_number(r)
        keff = keff + 1e-7 * (r(1) - 0.5)
        if (cycle > inactive) call score(flux, r(1), 1 + int(r(2) * groups))
     end do
     if (mod(cycle, 50) == 0) print '(a,i0,a,f9.6)', 'cycle ', cycle, ' k ', keff
     status = usleep(int(pace * 1000, c_int))
  end do
end program
