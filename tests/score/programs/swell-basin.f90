! SPDX-License-Identifier: GPL-2.0-or-later
! score: swell-basin -O3 -fomit-frame-pointer
! Shallow basin: all fields are allocated at the start, but the tracer and the
! adjoint fields are first touched when their phase of the run begins.
program swell_basin
  implicit none
  integer, parameter :: dp = kind(1d0)
  real(dp), allocatable :: h(:,:), u(:,:), v(:,:), tracer(:,:), adj(:,:)
  integer :: nx, ny, pace, step
  character(16) :: text

  nx = 1500; ny = 1200; pace = 4
  call get_environment_variable('NX', text)
  if (len_trim(text) > 0) read (text, *) nx
  call get_environment_variable('PACE', text)
  if (len_trim(text) > 0) read (text, *) pace
  allocate (h(nx,ny), u(nx,ny), v(nx,ny), tracer(nx,ny), adj(nx,ny))

  call rest(h, 10d0)
  call rest(u, 0d0)
  call rest(v, 0d0)
  h(nx/2-20:nx/2+20, ny/2-20:ny/2+20) = 11d0
  do step = 1, pace * 5
    call march(h, u, v, 1d-3)
  end do
  print '(a,f10.5)', 'spun up, level ', maxval(h)
  call rest(tracer, 0d0)
  tracer(1:nx/3, :) = 1d0
  do step = 1, pace * 3
    call march(h, u, v, 1d-3)
    tracer(2:nx, :) = tracer(2:nx, :) - 1d-3 * u(2:nx, :) * (tracer(2:nx, :) - tracer(1:nx-1, :))
  end do
  call rest(adj, 0d0)
  do step = 1, pace * 2
    adj = 0.99d0 * adj + 1d-3 * (h - 10d0)
  end do
  print '(a,2es14.6)', 'tracer, gradient ', sum(tracer) / size(tracer), sum(adj)

contains

  subroutine rest(f, value)
    real(dp), intent(out) :: f(:,:)
    real(dp), intent(in) :: value
    integer :: i, j
    do j = 1, size(f, 2)
      do i = 1, size(f, 1)
        f(i, j) = value + 1d-9 * mod(i * j, 13)
      end do
    end do
  end subroutine

  subroutine march(h, u, v, dt)
    real(dp), intent(inout) :: h(:,:), u(:,:), v(:,:)
    real(dp), intent(in) :: dt
    integer :: i, j
    do j = 2, size(h, 2)
      do i = 2, size(h, 1)
        u(i, j) = u(i, j) - 9.81d0 * dt * (h(i, j) - h(i-1, j))
        v(i, j) = v(i, j) - 9.81d0 * dt * (h(i, j) - h(i, j-1))
      end do
    end do
    do j = 1, size(h, 2) - 1
      do i = 1, size(h, 1) - 1
        h(i, j) = h(i, j) - 10d0 * dt * (u(i+1, j) - u(i, j) + v(i, j+1) - v(i, j))
      end do
    end do
  end subroutine
end program
