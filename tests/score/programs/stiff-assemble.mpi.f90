! SPDX-License-Identifier: GPL-2.0-or-later
! The root assembles the whole (dense) influence matrix of a panel method and deals rows, block by
! block, to the other ranks, which hold one block at a time.
program stiff
  use mpi
  implicit none
  integer, parameter :: dp = kind(1d0), rows = 64
  integer :: ierr, rank, nproc, n, b, to, blocks, stat(MPI_STATUS_SIZE), st
  real(dp), allocatable :: a(:,:), block(:,:)
  real(dp) :: part, total
  character(16) :: s
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, nproc, ierr)
  n = 3840
  call get_environment_variable('PANELS', s, status=st)
  if (st == 0) read(s, *) n
  blocks = n/rows
  part = 0
  allocate(block(n, rows))
  if (rank == 0) then
    allocate(a(n, n))
    call assemble(a, n)
    do b = 0, blocks - 1
      to = 1 + mod(b, nproc - 1)
      call MPI_Send(a(1, b*rows + 1), n*rows, MPI_DOUBLE_PRECISION, to, b, MPI_COMM_WORLD, ierr)
    end do
  else
    do b = rank - 1, blocks - 1, nproc - 1
      call MPI_Recv(block, n*rows, MPI_DOUBLE_PRECISION, 0, b, MPI_COMM_WORLD, stat, ierr)
      part = part + sum(block**2)
    end do
  end if
  call MPI_Reduce(part, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a,i0,a,es14.6)', 'panels ', n, ' norm ', sqrt(total)
  call MPI_Finalize(ierr)
contains
  subroutine assemble(m, k)
    integer, intent(in) :: k
    real(dp), intent(inout) :: m(:,:)
    integer :: i, j
    real(dp) :: r
    do j = 1, k
      do i = 1, k
        r = 1d-3 + abs(cos(0.01d0*i) - cos(0.01d0*j)) + abs(sin(0.01d0*i) - sin(0.01d0*j))
        m(i, j) = log(r)/r
      end do
    end do
  end subroutine
end program
