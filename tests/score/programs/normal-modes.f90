! SPDX-License-Identifier: GPL-2.0-or-later
! score: normal-modes -O2
! Relaxes a chain of atoms, then the normal modes: the full matrix of second
! derivatives, 3N by 3N, and its largest eigenvalue by the power method.
program modes
  implicit none
  integer :: n, i, it
  real(8), allocatable :: r(:), f(:), h(:, :), v(:), w(:)
  real(8) :: lambda, e
  character(len=16) :: text
  n = 1900
  call get_environment_variable("ATOMS", text)
  if (len_trim(text) > 0) read (text, *) n
  allocate (r(3 * n), f(3 * n))
  do i = 1, 3 * n
    r(i) = 0.37d0 * i + 0.01d0 * sin(dble(i))
  end do
  do it = 1, 40000
    call forces(r, f, e)
    r = r + 0.01d0 * f
  end do
  print '(a, es12.4)', "relaxed, energy ", e
  call hessian(r, h)
  allocate (v(3 * n), w(3 * n))
  v = 1
  v(1) = 2
  do it = 1, 10
    w = matmul(h, v)
    lambda = sqrt(sum(w * w))
    v = w / lambda
  end do
  print '(a, f12.5)', "highest mode ", lambda
contains
  subroutine forces(r, f, e)
    real(8), intent(in) :: r(:)
    real(8), intent(out) :: f(:), e
    real(8) :: d
    integer :: i
    f = 0
    e = 0
    do i = 2, size(r)
      d = r(i) - r(i - 1) - 0.37d0
      f(i) = f(i) - d
      f(i - 1) = f(i - 1) + d
      e = e + 0.5d0 * d * d
    end do
  end subroutine

  subroutine hessian(r, h)
    real(8), intent(in) :: r(:)
    real(8), allocatable, intent(out) :: h(:, :)
    integer :: i, j
    allocate (h(size(r), size(r)))
    do j = 1, size(r)
      do i = 1, size(r)
        if (i == j) then
          h(i, j) = 2
        else if (abs(i - j) == 1) then
          h(i, j) = -1
        else
          h(i, j) = 1d-6 / (r(i) - r(j))**2
        end if
      end do
    end do
  end subroutine
end program
