! SPDX-License-Identifier: GPL-2.0-or-later
! Time steps; a pointer array is allocated in each and never deallocated.
program leak_steps
  implicit none
  real(8), pointer :: work(:)
  real(8), allocatable :: state(:)
  integer :: step, ios, pace, each
  integer(8) :: t0, t1, rate
  character(32) :: text
  pace = 40; each = 65536
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  call get_environment_variable('EACH', text, status=ios)
  if (ios == 0) read (text, *) each
  allocate (state(each))
  state = 1
  do step = 1, 1000000
     allocate (work(each))
     work = state * 0.5
     state = work + 0.5
     call system_clock(t0, rate)
     do
        state = state * 0.999 + 0.001
        call system_clock(t1)
        if ((t1 - t0) * 1000 / rate >= pace) exit
     end do
  end do
end program
