! SPDX-License-Identifier: GPL-2.0-or-later
! score: plate-ring -O2
! Vibrating plate with three time levels used in turn: all memory at start, near to what is granted.
program plate_ring
  implicit none
  integer, parameter :: dp = kind(1d0)
  integer :: n, t, a, b, c, swap, mb, stat, j
  real(dp), allocatable :: w(:,:,:)
  character(16) :: s
  mb = 48
  call get_environment_variable('SIZE_MB', s, status=stat)
  if (stat == 0) read(s, *) mb
  n = int(sqrt(mb*1048576d0/24))
  allocate(w(n, n, 3))
  w = 0
  w(n/3:n/3+4, n/2:n/2+4, 1:2) = 1
  a = 1; b = 2; c = 3
  do t = 1, 500
    do j = 2, n - 1
      w(2:n-1, j, c) = 2*w(2:n-1, j, b) - w(2:n-1, j, a) + 0.2d0*(w(1:n-2, j, b) + w(3:n, j, b) &
                       + w(2:n-1, j-1, b) + w(2:n-1, j+1, b) - 4*w(2:n-1, j, b))
    end do
    swap = a; a = b; b = c; c = swap
  end do
  print '(a,i0,a,es14.6)', 'plate ', n, ' energy ', sum(w(:,:,b)**2)
end program
