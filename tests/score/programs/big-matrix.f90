! SPDX-License-Identifier: GPL-2.0-or-later
! Iterates over a small vector; then a full matrix instead of a sparse one.
program big_matrix
  implicit none
  real(8), allocatable :: m(:)
  real(8) :: v(200000)
  integer :: k, ios, size_mb, pace
  integer(8) :: t0, t1, rate
  character(32) :: text
  size_mb = 400; pace = 80
  call get_environment_variable('SIZE_MB', text, status=ios)
  if (ios == 0) read (text, *) size_mb
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  v = 1
  do k = 1, 25
     call system_clock(t0, rate)
     do
        v = v * 0.999 + 0.001
        call system_clock(t1)
        if ((t1 - t0) * 1000 / rate >= pace) exit
     end do
  end do
  allocate (m(int(size_mb, 8) * 131072_8))
  m = 2
  print *, 'trace', m(1)
end program
