! SPDX-License-Identifier: GPL-2.0-or-later
! score: hamiltonian -O3 -fomit-frame-pointer
! A spin chain: the operator is made sparse, and put into a dense matrix for the diagonaliser.
program hamiltonian
  implicit none
  integer :: spins = 13, n, i, s, k, nnz
  integer, allocatable :: row(:), col(:)
  real(8), allocatable :: val(:), y(:), x(:)
  character(8) :: arg
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) spins
  end if
  n = 2**spins
  allocate(row(n*spins), col(n*spins), val(n*spins), x(n), y(n))
  nnz = 0
  do i = 0, n - 1
    do s = 0, spins - 1
      nnz = nnz + 1
      row(nnz) = i + 1
      col(nnz) = ieor(i, ishft(1, s)) + 1
      val(nnz) = -0.7d0
    end do
  end do
  x = 1d0/sqrt(dble(n))
  do k = 1, 60                                  ! a first guess by power iteration
    y = 0
    do i = 1, nnz
      y(row(i)) = y(row(i)) - val(i)*x(col(i))
    end do
    do i = 1, n
      y(i) = y(i) + 0.01d0*popcnt(i)*x(i)
    end do
    x = y/sqrt(sum(y*y))
  end do
  call diagonalise(n, nnz, row, col, val, x)
end program hamiltonian

subroutine diagonalise(n, nnz, row, col, val, x)
  implicit none
  integer, intent(in) :: n, nnz, row(nnz), col(nnz)
  real(8), intent(in) :: val(nnz), x(n)
  real(4), allocatable :: h(:,:)
  integer :: i
  real(8) :: e
  allocate(h(n, n))
  h = 0.0
  do i = 1, nnz
    h(row(i), col(i)) = real(val(i), 4)
  end do
  e = 0
  do i = 1, n
    e = e + x(i)*dot_product(dble(h(:, i)), x)
  end do
  print '(a,i0,a,f12.6)', 'states ', n, ' energy ', e
end subroutine diagonalise
