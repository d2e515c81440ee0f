! SPDX-License-Identifier: GPL-2.0-or-later
! score: lbm-cavity -O2 -g
! Lid-driven cavity, D2Q9 lattice Boltzmann with two distributions.
module lbm
  implicit none
  integer, parameter :: dp = kind(1d0)
  integer, parameter :: cx(9) = [0,1,0,-1,0,1,-1,-1,1], cy(9) = [0,0,1,0,-1,1,1,-1,-1]
  real(dp), parameter :: w(9) = [4d0/9, 1d0/9, 1d0/9, 1d0/9, 1d0/9, 1d0/36, 1d0/36, 1d0/36, 1d0/36]
  real(dp), allocatable :: f(:,:,:), g(:,:,:), rho(:,:), u(:,:), v(:,:)
contains
  subroutine setup(nx, ny)
    integer, intent(in) :: nx, ny
    integer :: i, j, k, l
    allocate(rho(nx,ny), u(nx,ny), v(nx,ny))
    do j = 1, ny
      do i = 1, nx
        rho(i,j) = 1d0 + 1d-3*sin(0.01d0*i)*cos(0.02d0*j)
        u(i,j) = merge(0.1d0, 0d0, j == ny)
        v(i,j) = 0
      end do
    end do
    allocate(f(nx,ny,9))
    do k = 1, 9
      do j = 1, ny
        do i = 1, nx
          f(i,j,k) = w(k)*rho(i,j)*(1 + 3*(cx(k)*u(i,j) + cy(k)*v(i,j)))
          do l = 1, 12               ! entropic correction, a few Newton steps
            f(i,j,k) = f(i,j,k) - 0.1d0*(log(f(i,j,k)/(w(k)*rho(i,j))) - 3*(cx(k)*u(i,j) + cy(k)*v(i,j)))*1d-4
          end do
        end do
      end do
    end do
    allocate(g(nx,ny,9))
    do k = 1, 9
      do j = 1, ny
        do i = 1, nx
          g(i,j,k) = f(i,j,k)*exp(-1d-9*i)
        end do
      end do
    end do
  end subroutine
  subroutine step(nx, ny)
    integer, intent(in) :: nx, ny
    integer :: k, j, jj
    real(dp), parameter :: omega = 1.2d0
    do k = 1, 9
      do j = 1, ny
        jj = 1 + modulo(j - 1 + cy(k), ny)
        g(:,jj,k) = cshift(f(:,j,k), -cx(k))
      end do
    end do
    rho = sum(g, dim=3)
    u = (g(:,:,2) - g(:,:,4) + g(:,:,6) - g(:,:,7) - g(:,:,8) + g(:,:,9))/rho
    u(:,ny) = 0.1d0
    v = (g(:,:,3) - g(:,:,5) + g(:,:,6) + g(:,:,7) - g(:,:,8) - g(:,:,9))/rho
    do k = 1, 9
      f(:,:,k) = (1 - omega)*g(:,:,k) + omega*w(k)*rho*(1 + 3*(cx(k)*u + cy(k)*v))
    end do
  end subroutine
end module
program cavity
  use lbm
  implicit none
  integer :: t, mb, n, stat
  character(16) :: s
  mb = 115
  call get_environment_variable('SIZE_MB', s, status=stat)
  if (stat == 0) read(s, *) mb
  n = int(sqrt(mb*1048576d0/168))
  call setup(n, n)
  do t = 1, 8
    call step(n, n)
  end do
  print '(a,i0,a,f12.8)', 'cavity ', n, ' mean density ', sum(rho)/size(rho)
end program
