! SPDX-License-Identifier: GPL-2.0-or-later
program ripple_tank
  ! Wave tank in strips, the same for each rank.
  use mpi
  implicit none
  real(8), allocatable :: h(:,:), hold(:,:), hnew(:,:), depth(:,:)
  integer :: ierr, rank, ranks, ny, nx, i, j, t, stat, up, down
  character(16) :: s
  real(8) :: mine, total
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  nx = 1024
  ny = 32
  call get_environment_variable("SIZE_MB", s, status=stat)
  if (stat == 0) read (s, *) ny
  ny = ny*32            ! MiB per rank: four fields of 8 KiB a row
  up = merge(MPI_PROC_NULL, rank + 1, rank == ranks - 1)
  down = merge(MPI_PROC_NULL, rank - 1, rank == 0)
  allocate (h(nx, 0:ny + 1), hold(nx, 0:ny + 1), hnew(nx, 0:ny + 1), depth(nx, 0:ny + 1))
  do j = 0, ny + 1
    do i = 1, nx
      depth(i, j) = 1 + 0.1d0*sin(0.01d0*(i + j + rank*ny))
      h(i, j) = exp(-((i - nx/2)**2 + (j - ny/2)**2)/400d0)
    end do
  end do
  hold = h
  do t = 1, 15
    call exchange()
    do j = 1, ny
      do i = 2, nx - 1
        hnew(i, j) = 2*h(i, j) - hold(i, j) + 0.1d0*depth(i, j)* &
          (h(i - 1, j) + h(i + 1, j) + h(i, j - 1) + h(i, j + 1) - 4*h(i, j))
      end do
    end do
    hold(2:nx-1, 1:ny) = h(2:nx-1, 1:ny)
    h(2:nx-1, 1:ny) = hnew(2:nx-1, 1:ny)
  end do
  mine = sum(h(:, 1:ny)**2)
  call MPI_Reduce(mine, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a,es12.4)', "wave energy ", total
  call MPI_Finalize(ierr)
contains
  subroutine exchange()
    call MPI_Sendrecv(h(1, ny), nx, MPI_DOUBLE_PRECISION, up, 1, h(1, 0), nx, &
      MPI_DOUBLE_PRECISION, down, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
    call MPI_Sendrecv(h(1, 1), nx, MPI_DOUBLE_PRECISION, down, 2, h(1, ny + 1), nx, &
      MPI_DOUBLE_PRECISION, up, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
  end subroutine
end program
