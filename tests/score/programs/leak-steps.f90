! SPDX-License-Identifier: GPL-2.0-or-later
! Time steps; a pointer array is allocated in each and never deallocated.
program leak_steps
  implicit none
  real(8), pointer :: work(:)
  real(8) :: state(100000)
  integer :: step, ios, pace
  integer(8) :: t0, t1, rate
  character(32) :: text
  pace = 40
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  state = 1
  do step = 1, 1000000
     allocate (work(65536))
     work = state(1:65536) * 0.5
     state(1:65536) = work + 0.5
     call system_clock(t0, rate)
     do
        state = state * 0.999 + 0.001
        call system_clock(t1)
        if ((t1 - t0) * 1000 / rate >= pace) exit
     end do
  end do
end program
