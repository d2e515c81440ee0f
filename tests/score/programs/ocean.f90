! SPDX-License-Identifier: GPL-2.0-or-later
! A shallow-water model on a channel. The arrays come as the phases need them:
! grid and metric terms, prognostic fields, tendencies, tracers, diagnostics.
! The job asked for what the dynamics need and forgot the tracers.
module channel
  implicit none
  integer, parameter :: dp = kind(1d0)
  integer :: nx = 0, ny = 0
  real(dp), allocatable, dimension(:,:) :: depth, area, coriolis
  real(dp), allocatable, dimension(:,:) :: u, v, eta, du, dv, deta
  real(dp), allocatable, dimension(:,:,:) :: tracer, flux
contains
  subroutine pause_ms(ms)
    integer, intent(in) :: ms
    integer(8) :: t0, t1, rate
    real(dp) :: x
    x = 1
    call system_clock(t0, rate)
    do
       x = x * 1.0000001_dp + 1e-9_dp
       call system_clock(t1)
       if ((t1 - t0) * 1000 >= int(ms, 8) * rate) exit
    end do
    if (x < 0) print *, x
  end subroutine

  subroutine setup_grid(pace)
    integer, intent(in) :: pace
    integer :: j
    allocate (depth(nx, ny), area(nx, ny), coriolis(nx, ny))
    do j = 1, ny
       depth(:, j) = 4000 - j * 0.5_dp
       area(:, j) = 1e8_dp
       coriolis(:, j) = 1e-4_dp + 2e-11_dp * j
       if (mod(j, ny / 8 + 1) == 0) call pause_ms(pace)
    end do
  end subroutine

  subroutine spin_up(steps, pace)
    integer, intent(in) :: steps, pace
    integer :: n
    allocate (u(nx, ny), v(nx, ny), eta(nx, ny))
    u = 0; v = 0; eta = 0
    eta(nx / 2, :) = 1
    call pause_ms(pace * 5)
    allocate (du(nx, ny), dv(nx, ny), deta(nx, ny))
    do n = 1, steps
       du = -9.81_dp * (eta - cshift(eta, -1, 1)) * 1e-4_dp + coriolis * v
       dv = -9.81_dp * (eta - cshift(eta, -1, 2)) * 1e-4_dp - coriolis * u
       u = u + du
       v = v + dv
       deta = -depth * ((cshift(u, 1, 1) - u) + (cshift(v, 1, 2) - v)) * 1e-4_dp
       eta = eta + 0.1_dp * deta
       call pause_ms(pace)
    end do
  end subroutine

  subroutine advect(kinds, pace)
    integer, intent(in) :: kinds, pace
    integer :: k, j
    allocate (tracer(nx, ny, kinds), flux(nx, ny, 2))
    do k = 1, kinds
       do j = 1, ny
          tracer(:, j, k) = k + eta(:, j)
       end do
       flux(:, :, 1) = u * tracer(:, :, k)
       flux(:, :, 2) = v * tracer(:, :, k)
       tracer(:, :, k) = tracer(:, :, k) - 1e-3_dp * (flux(:, :, 1) + flux(:, :, 2))
       call pause_ms(pace * 2)
    end do
  end subroutine
end module

program ocean
  use channel
  implicit none
  character(32) :: text
  integer :: mib, pace, ios
  mib = 130; pace = 60
  call get_environment_variable('SIZE_MB', text, status=ios)
  if (ios == 0) read (text, *) mib
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  ! 9 fields, a temporary of cshift, 6 tracers and 2 fluxes
  nx = int(sqrt(mib * 131072d0 / 18))
  ny = nx
  print '(a,i0,a,i0)', ' grid ', nx, ' x ', ny
  call setup_grid(pace)
  call spin_up(20, pace)
  print *, 'spun up, eta', maxval(eta)
  call advect(6, pace)
  print *, 'tracer content', sum(tracer(:, :, 1) * area) / sum(area)
end program
