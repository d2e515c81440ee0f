! SPDX-License-Identifier: GPL-2.0-or-later
! score: basin-scatter -O2 -g
! River basins: rank 0 makes the whole terrain, fills its sinks, then deals strips
! out to the ranks, who need but a strip of single precision each.
program basin
  use mpi
  implicit none
  integer :: ierr, rank, ranks, n, rows, i
  real(8), allocatable :: terrain(:, :), filled(:, :)
  real(4), allocatable :: strip(:, :)
  real(8) :: mine, total
  integer :: status(MPI_STATUS_SIZE)
  character(len=16) :: text
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  n = 3200
  call get_environment_variable("CELLS", text)
  if (len_trim(text) > 0) read (text, *) n
  rows = 40
  allocate (strip(n, rows))
  if (rank == 0) then
    allocate (terrain(n, n), filled(n, n))
    call make_terrain(terrain, n)
    call fill_sinks(terrain, filled, n)
    do i = 1, ranks - 1
      strip = real(filled(:, (i - 1) * rows + 1:i * rows), 4)
      call MPI_Send(strip, n * rows, MPI_REAL, i, 0, MPI_COMM_WORLD, ierr)
    end do
  else
    call MPI_Recv(strip, n * rows, MPI_REAL, 0, 0, MPI_COMM_WORLD, status, ierr)
  end if
  mine = sum(strip) / n
  call MPI_Reduce(mine, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a, f14.4)', "mean height times strips ", total
  call MPI_Finalize(ierr)
contains
  subroutine make_terrain(t, n)
    integer, intent(in) :: n
    real(8), intent(out) :: t(n, n)
    integer :: i, j
    do j = 1, n
      do i = 1, n
        t(i, j) = 100 + 40 * sin(0.01d0 * i) * cos(0.013d0 * j) + mod(i * 7 + j * 11, 13)
      end do
    end do
  end subroutine
  subroutine fill_sinks(t, f, n)
    integer, intent(in) :: n
    real(8), intent(in) :: t(n, n)
    real(8), intent(out) :: f(n, n)
    integer :: i, j
    do j = 1, n
      do i = 1, n
        if (i == 1 .or. j == 1 .or. i == n .or. j == n) then
          f(i, j) = t(i, j)
        else
          f(i, j) = max(t(i, j), min(t(i-1, j), t(i+1, j), t(i, j-1), t(i, j+1)))
        end if
      end do
    end do
  end subroutine
end program
