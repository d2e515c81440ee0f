! SPDX-License-Identifier: GPL-2.0-or-later
! score: channel-flow -O2 -g
! Channel flow on an n^3 grid: Adams-Bashforth stepping, statistics after the spin-up.
module flow
  implicit none
  real(8), allocatable, dimension(:,:,:) :: u, v, w, p
  real(8), allocatable, dimension(:,:,:,:) :: old, older
  real(8), allocatable, dimension(:,:,:,:) :: stress
  integer :: n = 80
  real(8), parameter :: dt = 1d-4, nu = 1d-2
end module flow

subroutine init_flow
  use flow
  integer :: i, j, k
  allocate(u(n,n,n), v(n,n,n), w(n,n,n), p(n,n,n))
  do k = 1, n
    do j = 1, n
      do i = 1, n
        u(i,j,k) = 1d0 - (2d0*j/n - 1d0)**2
        v(i,j,k) = 0.01d0*sin(6.28d0*i/n)
        w(i,j,k) = 0.01d0*cos(6.28d0*k/n)
      end do
    end do
  end do
  p = 0d0
end subroutine init_flow

subroutine rhs(f, r)
  use flow, only: n, nu
  real(8), intent(in) :: f(n,n,n)
  real(8), intent(out) :: r(n,n,n)
  integer :: i, j, k
  r = 0d0
  do k = 2, n-1
    do j = 2, n-1
      do i = 2, n-1
        r(i,j,k) = nu*(f(i-1,j,k)+f(i+1,j,k)+f(i,j-1,k)+f(i,j+1,k)+f(i,j,k-1)+f(i,j,k+1)-6*f(i,j,k)) &
          - f(i,j,k)*(f(i+1,j,k)-f(i-1,j,k))*0.5d0
      end do
    end do
  end do
end subroutine rhs

subroutine statistics
  use flow
  if (.not. allocated(stress)) then
    allocate(stress(n,n,n,6))
    stress = 0d0
  end if
  stress(:,:,:,1) = stress(:,:,:,1) + u*u
  stress(:,:,:,2) = stress(:,:,:,2) + v*v
  stress(:,:,:,3) = stress(:,:,:,3) + w*w
  stress(:,:,:,4) = stress(:,:,:,4) + u*v
  stress(:,:,:,5) = stress(:,:,:,5) + u*w
  stress(:,:,:,6) = stress(:,:,:,6) + v*w
end subroutine statistics

program channel
  use flow
  character(16) :: arg
  integer :: step, steps = 30
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) n
  end if
  call init_flow
  allocate(old(n,n,n,3), older(n,n,n,3))
  do step = 1, steps
    if (step > 1) older = old
    call rhs(u, old(:,:,:,1))
    call rhs(v, old(:,:,:,2))
    call rhs(w, old(:,:,:,3))
    if (step > 1) then
      u = u + dt*(1.5d0*old(:,:,:,1) - 0.5d0*older(:,:,:,1))
      v = v + dt*(1.5d0*old(:,:,:,2) - 0.5d0*older(:,:,:,2))
      w = w + dt*(1.5d0*old(:,:,:,3) - 0.5d0*older(:,:,:,3))
    end if
    p = p + u*u
    if (step > 12) call statistics
  end do
  print '(a,i0,a,f12.6)', 'steps ', steps, ' uv stress ', sum(stress(:,:,:,4))/n**3
end program channel
