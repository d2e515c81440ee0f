! SPDX-License-Identifier: GPL-2.0-or-later
! score: shallow -O2 -g -fno-inline
! 1-layer shallow water with a filter. From step NSPIN on, now and then, the filtered field goes to the
! diagnostics; "filtered" hands out a pointer (was: automatic array, blew the stack)
module filt
  implicit none
contains
  function filtered(h) result(p)
    real(8), intent(in) :: h(:,:)
    real(8), pointer :: p(:,:)
    integer :: i, j, n, m
    n = size(h, 1); m = size(h, 2)
    allocate(p(n, m))
    p = h
    do j = 2, m - 1
       do i = 2, n - 1
          p(i, j) = 0.5d0 * h(i, j) + 0.125d0 * (h(i-1, j) + h(i+1, j) + h(i, j-1) + h(i, j+1))
       end do
    end do
  end function
end module

program shallow
  use filt
  implicit none
  integer, parameter :: n = 256, m = 128
  real(8) :: h(n, m), u(n, m), v(n, m)
  real(8), pointer :: f(:,:)
  integer :: step, nspin, nmax, i, l
  character(20) :: s
  real(8) :: e
  nspin = 900
  call get_environment_variable('NSPIN', s, l)
  if (l > 0) read(s, *) nspin
  nmax = nspin + 680 * 4 * 30       ! stops there, about 680 MB
  do i = 1, n
     h(i, :) = 1 + 0.1d0 * sin(i * 0.1d0)
  end do
  u = 0; v = 0
  do step = 1, nmax
     do l = 1, 3
     u(2:n-1, :) = u(2:n-1, :) - 0.05d0 * (h(3:n, :) - h(1:n-2, :))
     v(:, 2:m-1) = v(:, 2:m-1) - 0.05d0 * (h(:, 3:m) - h(:, 1:m-2))
     h(2:n-1, 2:m-1) = h(2:n-1, 2:m-1) - 0.05d0 * (u(3:n, 2:m-1) - u(1:n-2, 2:m-1) + v(2:n-1, 3:m) - v(2:n-1, 1:m-2))
     end do
     if (step > nspin .and. mod(step, 30) == 0) then
        f => filtered(h)
        e = sum(f**2) / (n * m)
        if (mod(step, 600) == 0) print *, step, e
     else if (step <= nspin .and. mod(step, 600) == 0) then
        print *, step, 'spin-up', h(n/2, m/2)
     end if
  end do
  print *, 'end of simulation'
end program
