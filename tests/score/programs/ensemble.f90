! SPDX-License-Identifier: GPL-2.0-or-later
! Weather: in each cycle a member is added to the ensemble, and none is dropped.
! score: ensemble -O2 -g
! score: ensemble-bare -O2 -fomit-frame-pointer
module members
  implicit none
  type :: member
     real(8), allocatable :: field(:)
     type(member), pointer :: next => null()
  end type
  type(member), pointer :: first => null()
contains
  subroutine add_member(n, value)
    integer, intent(in) :: n
    real(8), intent(in) :: value
    type(member), pointer :: m
    allocate (m)
    allocate (m%field(n))
    m%field = value
    m%next => first
    first => m
  end subroutine
end module

program ensemble
  use members
  use iso_c_binding
  implicit none
  interface
     function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
       integer(c_int) :: usleep
     end function
  end interface
  integer :: cycle, ios, pace, each
  integer(c_int) :: status
  character(32) :: text
  pace = 60; each = 60000
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  call get_environment_variable('EACH', text, status=ios)
  if (ios == 0) read (text, *) each
  do cycle = 1, 1000000
     call add_member(each, real(cycle, 8))
     status = usleep(int(pace * 1000, c_int))
  end do
end program
