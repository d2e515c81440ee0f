! SPDX-License-Identifier: GPL-2.0-or-later
! score: shell-basis -O3 -fomit-frame-pointer
! Blocks of a Hamiltonian by angular momentum, one block per rank: the higher,
! the larger (1 + l*l times as many states), column by column.
program shells
  use mpi
  implicit none
  integer :: ierr, rank, ranks, side, base
  real(8), allocatable :: block(:, :)
  real(8) :: mine, total
  character(len=16) :: text
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  base = 420
  call get_environment_variable("BASIS", text)
  if (len_trim(text) > 0) read (text, *) base
  side = base * (1 + rank * rank)
  allocate (block(side, side))
  call integrals(block, side, rank)
  call gershgorin(block, side, mine)
  call MPI_Reduce(mine, total, 1, MPI_DOUBLE_PRECISION, MPI_MAX, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a, f14.5)', "spectral bound ", total
  call MPI_Finalize(ierr)
contains
  subroutine integrals(h, n, l)
    integer, intent(in) :: n, l
    real(8), intent(out) :: h(n, n)
    integer :: i, j
    do j = 1, n
      do i = 1, n
        h(i, j) = exp(-1d-3 * abs(i - j)) / (1 + l) + l * sin(1d-2 * (i + j)) * cos(3d-3 * i)
      end do
    end do
  end subroutine
  subroutine gershgorin(h, n, bound)
    integer, intent(in) :: n
    real(8), intent(in) :: h(n, n)
    real(8), intent(out) :: bound
    integer :: j
    bound = 0
    do j = 1, n
      bound = max(bound, sum(abs(h(:, j))))
    end do
  end subroutine
end program
