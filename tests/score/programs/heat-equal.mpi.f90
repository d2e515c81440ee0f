! SPDX-License-Identifier: GPL-2.0-or-later
! Heat equation in slabs: every rank has the same number of rows, two time
! levels, a source, and then the Krylov vectors of the implicit part.
program heat
  use mpi
  implicit none
  integer :: rank, nproc, ierr, it, nx, ny, v, i, j
  integer, parameter :: krylov = 10
  real(8), allocatable :: u(:,:), un(:,:), src(:,:), basis(:,:,:)
  real(8) :: h, local, total

  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, nproc, ierr)
  nx = 512
  ny = 2400 / nproc
  allocate (u(nx, 0:ny+1), un(nx, 0:ny+1), src(nx, 0:ny+1))
  u = real(rank, 8)
  un = 0
  src = 1e-3
  do it = 1, 60
     call halo(u)
     do j = 1, ny
        do i = 2, nx-1
           un(i,j) = u(i,j) + 0.2d0 * (u(i-1,j) + u(i+1,j) + u(i,j-1) + u(i,j+1) - 4*u(i,j)) + src(i,j)
        end do
     end do
     u(:,1:ny) = un(:,1:ny)
  end do

  allocate (basis(nx, 0:ny+1, krylov))
  do v = 1, krylov
     basis(:,:,v) = u
     call halo(basis(:,:,v))
     do it = 1, 40
        do j = 1, ny
           basis(2:nx-1,j,v) = 0.5d0 * basis(2:nx-1,j,v) + 0.25d0 * (basis(1:nx-2,j,v) + basis(3:nx,j,v))
        end do
     end do
     local = sum(basis(:,1:ny,v)**2)
     call MPI_Allreduce(local, h, 1, MPI_DOUBLE_PRECISION, MPI_SUM, MPI_COMM_WORLD, ierr)
     basis(:,:,v) = basis(:,:,v) / sqrt(h)
  end do
  local = sum(basis)
  call MPI_Reduce(local, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print *, "sum", total
  call MPI_Finalize(ierr)
contains
  subroutine halo(a)
    real(8), intent(inout) :: a(nx, 0:ny+1)
    integer :: up, down
    up = merge(MPI_PROC_NULL, rank + 1, rank == nproc - 1)
    down = merge(MPI_PROC_NULL, rank - 1, rank == 0)
    call MPI_Sendrecv(a(:,ny), nx, MPI_DOUBLE_PRECISION, up, 1, a(:,0), nx, MPI_DOUBLE_PRECISION, down, 1, &
         MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
    call MPI_Sendrecv(a(:,1), nx, MPI_DOUBLE_PRECISION, down, 2, a(:,ny+1), nx, MPI_DOUBLE_PRECISION, up, 2, &
         MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
  end subroutine
end program
