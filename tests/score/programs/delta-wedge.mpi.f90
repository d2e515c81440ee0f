! SPDX-License-Identifier: GPL-2.0-or-later
! score: delta-wedge -O1 -g -fno-omit-frame-pointer -fno-inline
! Sediment in a basin, a wedge for each rank: the river's mouth is in one of them
! and refined there.   usage: delta-wedge MOUTH CELLS
module basin
  implicit none
  integer, parameter :: dp = kind(1.d0)
  type layer
    real(dp), allocatable :: sand(:), mud(:)
  end type layer
contains
  subroutine deposit(bed, cells, year)
    type(layer), intent(inout) :: bed
    integer, intent(in) :: cells, year
    integer :: i, grain
    allocate(bed%sand(cells), bed%mud(cells))
    do i = 1, cells
      bed%sand(i) = 0
      do grain = 1, 5
        bed%sand(i) = bed%sand(i) + exp(-1e-4_dp*i*grain) * (1 + 0.1_dp*sin(0.3_dp*year)) / 5
      end do
      bed%mud(i) = 1 - 0.5_dp*bed%sand(i)
    end do
  end subroutine deposit
end module basin

program delta
  use mpi
  use basin
  implicit none
  integer, parameter :: years = 60
  type(layer) :: beds(years)
  integer :: ierr, rank, ranks, mouth, fine, cells, year
  real(dp) :: mine, all
  character(len=20) :: arg
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  mouth = ranks - 2
  fine = 230000
  if (command_argument_count() >= 1) then
    call get_command_argument(1, arg)
    read (arg, *) mouth
  end if
  if (command_argument_count() >= 2) then
    call get_command_argument(2, arg)
    read (arg, *) fine
  end if
  cells = merge(fine, 2500, rank == mouth)
  mine = 0
  do year = 1, years
    call deposit(beds(year), cells, year)
    mine = mine + sum(beds(year)%sand) / cells
    call MPI_Allreduce(mine, all, 1, MPI_DOUBLE_PRECISION, MPI_SUM, MPI_COMM_WORLD, ierr)
  end do
  if (rank == 0) print '(a,i4,a,f12.5)', 'years ', years, ' sand ', all / ranks
  call MPI_Finalize(ierr)
end program delta
