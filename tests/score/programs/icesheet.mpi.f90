! SPDX-License-Identifier: GPL-2.0-or-later
! score: icesheet -O2 -g -fno-inline
! ice thickness on slabs; the monthly means of all months are collected on the master
! for one netcdf file at the end (netcdf is serial here)
program icesheet
  use mpi
  implicit none
  integer, parameter :: nx = 600
  integer :: ny, nmon, ierr, me, np, mon, i, j, l, day
  real(4), allocatable :: h(:,:), mean(:,:), everything(:,:,:)
  character(20) :: s
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, me, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, np, ierr)
  nmon = 96
  call get_environment_variable('MONTHS', s, l)
  if (l > 0) read(s, *) nmon
  ny = 600 / np
  allocate(h(nx, ny), mean(nx, ny))
  h = 1000 + me
  if (me == 0) then
     allocate(everything(nx, ny * np, nmon))
     print *, 'months', nmon
  else
     allocate(everything(1, 1, nmon))
  end if
  do mon = 1, nmon
     mean = 0
     do day = 1, 4
        do j = 2, ny - 1
           do i = 2, nx - 1
              h(i, j) = h(i, j) + 0.1 * (h(i-1, j) + h(i+1, j) + h(i, j-1) + h(i, j+1) - 4 * h(i, j)) + 0.01
           end do
        end do
        mean = mean + h / 4
     end do
     call collect(mean, everything(1, 1, mon), nx * ny)
     if (me == 0 .and. mod(mon, 12) == 0) print *, 'year', mon / 12, everything(5, 5, mon)
  end do
  if (me == 0) print *, 'volume', sum(real(everything(:, :, nmon), 8)), sum(everything(:, :, 1))
  call MPI_Finalize(ierr)
contains
  subroutine collect(slab, whole, n)
    integer, intent(in) :: n
    real(4), intent(in) :: slab(*)
    real(4), intent(inout) :: whole(*)
    call MPI_Gather(slab, n, MPI_REAL, whole, n, MPI_REAL, 0, MPI_COMM_WORLD, ierr)
  end subroutine
end program
