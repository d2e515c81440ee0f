! SPDX-License-Identifier: GPL-2.0-or-later
! Data assimilation: the first rank makes the first guess of the whole domain,
! level by level, then hands out the blocks; the others keep a thinned block only.
program first_guess
  use mpi
  implicit none
  integer, parameter :: nx = 512, ny = 256
  integer :: nz, rank, nproc, ierr, k, i, j, dest, ios
  character(len=16) :: text
  real(8), allocatable :: guess(:,:,:), level(:,:), thin(:,:)
  real(8) :: rms, total

  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, nproc, ierr)
  nz = 140                                  ! 1 MiB a level
  call get_environment_variable("SIZE_MB", text, status=ios)
  if (ios == 0) read (text, *) nz
  allocate (level(nx,ny), thin(nx/4,ny/4))
  thin = 0

  if (rank == 0) then
     allocate (guess(nx,ny,nz))
     do k = 1, nz
        do j = 1, ny
           do i = 1, nx
              guess(i,j,k) = 288 - 0.5d0 * k + 10 * cos(i * 0.0123d0) * sin(j * 0.0245d0 + k * 0.1d0)
           end do
        end do
        if (mod(k, 10) == 0) print '(a,i0)', "first guess: level ", k
     end do
     do k = 1, nz
        dest = mod(k, nproc - 1) + 1
        call MPI_Send(guess(:,:,k), nx*ny, MPI_DOUBLE_PRECISION, dest, k, MPI_COMM_WORLD, ierr)
     end do
     rms = 0
  else
     do k = 1, nz
        if (mod(k, nproc - 1) + 1 /= rank) cycle
        call MPI_Recv(level, nx*ny, MPI_DOUBLE_PRECISION, 0, k, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
        thin = thin + level(1:nx:4, 1:ny:4)
     end do
     rms = sum(thin**2)
  end if
  call MPI_Reduce(rms, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print *, "rms", sqrt(total), guess(1,1,nz)
  call MPI_Finalize(ierr)
end program
