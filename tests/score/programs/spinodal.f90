! SPDX-License-Identifier: GPL-2.0-or-later
! score: spinodal -O2 -g
! Spinodal decomposition in three dimensions: concentration, then the potential,
! then the elastic field with its six strains; each is set up when the run needs it.
program spinodal
  implicit none
  integer :: n, steps, s, i, j, k, ms
  real(8), allocatable :: c(:,:,:), mu(:,:,:), strain(:,:,:,:)
  character(len=16) :: text
  real(8) :: e

  n = 80
  call get_environment_variable("GRID", text)
  if (len_trim(text) > 0) read (text, *) n
  ms = 120
  steps = 6

  allocate (c(n, n, n))
  do k = 1, n
    do j = 1, n
      do i = 1, n
        c(i, j, k) = 0.5d0 + 0.01d0 * sin(dble(i * 7 + j * 13 + k * 29))
      end do
    end do
  end do
  print *, "coarsening without elasticity"
  allocate (mu(n, n, n))
  do s = 1, steps
    call potential(c, mu, n)
    call advance(c, mu, n)
    call pause_ms(ms)
  end do
  print *, "now with strain"
  allocate (strain(n, n, n, 6))
  do s = 1, 6
    call misfit(strain, c, n, s)
    call potential(c, mu, n)
    call advance(c, mu, n)
    call pause_ms(ms * 2)
  end do
  e = sum(c * c) / n**3 + maxval(strain(:, :, n / 2, 1))
  print '(a, f12.6)', " energy ", e

contains

  subroutine potential(c, mu, n)
    integer, intent(in) :: n
    real(8), intent(in) :: c(n, n, n)
    real(8), intent(out) :: mu(n, n, n)
    mu = c * (1 - c) * (1 - 2 * c)
  end subroutine

  subroutine advance(c, mu, n)
    integer, intent(in) :: n
    real(8), intent(inout) :: c(n, n, n)
    real(8), intent(in) :: mu(n, n, n)
    integer :: i, j, k
    do k = 2, n - 1
      do j = 2, n - 1
        do i = 2, n - 1
          c(i, j, k) = c(i, j, k) + 0.01d0 * (mu(i-1, j, k) + mu(i+1, j, k) + mu(i, j-1, k) &
            + mu(i, j+1, k) + mu(i, j, k-1) + mu(i, j, k+1) - 6 * mu(i, j, k))
        end do
      end do
    end do
  end subroutine

  subroutine misfit(strain, c, n, which)
    integer, intent(in) :: n, which
    real(8), intent(inout) :: strain(n, n, n, 6)
    real(8), intent(in) :: c(n, n, n)
    strain(:, :, :, which) = 0.02d0 * which * (c - 0.5d0)
  end subroutine

  subroutine pause_ms(ms)
    integer, intent(in) :: ms
    integer(8) :: t0, t1, rate
    call system_clock(t0, rate)
    do
      call system_clock(t1)
      if ((t1 - t0) * 1000 / rate >= ms) exit
    end do
  end subroutine
end program
