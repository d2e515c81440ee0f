! SPDX-License-Identifier: GPL-2.0-or-later
! score: timeseries -O2
! spectrum of a record of unknown length. reads the lot first, then some DFT.
! grow by half when full (Numerical Recipes people told us to)
program timeseries
  implicit none
  real(8), allocatable :: x(:), y(:)
  real(8) :: buf(8), w, mean
  integer :: n, ios, cap, k, i
  character(256) :: fn
  complex(8) :: c
  call get_command_argument(1, fn)
  if (fn == '') fn = 'numbers.txt'
  open(10, file=trim(fn), status='old', action='read')
  cap = 1000
  n = 0
  allocate(x(cap))
  do
     read(10, *, iostat=ios) buf
     if (ios /= 0) exit
     if (n + 8 > cap) then
        allocate(y(cap + cap / 2))
        y(1:n) = x(1:n)
        call move_alloc(y, x)
        cap = size(x)
     end if
     x(n+1:n+8) = buf
     n = n + 8
     if (mod(n, 400000) == 0) print *, n, ' samples'
  end do
  close(10)
  mean = sum(x(1:n)) / n
  print *, 'read', n, 'mean', mean
  x(1:n) = x(1:n) - mean
  do k = 1, 12
     w = 8 * atan(1d0) * k / 1024
     c = 0
     do i = 1, n, 4
        c = c + x(i) * cmplx(cos(w * i), -sin(w * i), 8)
     end do
     print '(i5, es12.4)', k, abs(c)**2 / n
  end do
end program
