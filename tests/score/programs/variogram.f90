! SPDX-License-Identifier: GPL-2.0-or-later
! score: variogram -O2 -g -fno-inline
! empirical variogram of boreholes. first the cleaning (fast, small), then all pairs at once
! since "array syntax is faster"
program variogram
  implicit none
  integer :: n, i, k, pass, l
  real(8), allocatable :: x(:), y(:), z(:)
  real(8) :: r, med
  character(20) :: s
  n = 3000
  call get_environment_variable('HOLES', s, l)
  if (l > 0) read(s, *) n
  allocate(x(n), y(n), z(n))
  call random_number(x); call random_number(y); call random_number(z)
  ! outliers: running median-ish, a number of passes
  do pass = 1, 60
     do i = 2, n - 1
        med = 0
        do k = 1, n, 3
           r = (x(i) - x(k))**2 + (y(i) - y(k))**2
           if (r < 0.01d0) med = med + z(k) * (0.01d0 - r)
        end do
        z(i) = 0.9d0 * z(i) + 0.1d0 * min(med, 1d0)
     end do
     if (mod(pass, 10) == 0) print *, 'pass', pass, sum(z) / n
  end do
  call pairs(x, y, z, n)
contains
  subroutine pairs(x, y, z, n)
    integer, intent(in) :: n
    real(8), intent(in) :: x(n), y(n), z(n)
    real(8), allocatable :: d(:,:)
    real(8) :: gam(20)
    integer :: cnt(20), i, j, b
    allocate(d(n, n))
    d = sqrt((spread(x, 2, n) - spread(x, 1, n))**2 + (spread(y, 2, n) - spread(y, 1, n))**2)
    gam = 0; cnt = 0
    do j = 1, n
       do i = 1, j - 1
          b = min(20, 1 + int(d(i, j) * 20))
          gam(b) = gam(b) + 0.5d0 * (z(i) - z(j))**2
          cnt(b) = cnt(b) + 1
       end do
    end do
    do b = 1, 20
       if (cnt(b) > 0) print '(i4, i10, f10.5)', b, cnt(b), gam(b) / cnt(b)
    end do
  end subroutine
end program
