! SPDX-License-Identifier: GPL-2.0-or-later
! Waves at a coast: each rank has a strip of the sea; strips with surf zone are nested finer by levels.
program coast_wave
  use mpi
  implicit none
  type level
    real(8), allocatable :: h(:,:), hu(:,:), hv(:,:)
  end type level
  type(level), allocatable :: nest(:)
  integer :: ierr, rank, ranks, base, depth, l, step
  real(8) :: e, total
  character(16) :: arg

  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  base = 128
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) base
  end if
  depth = 1
  if (surf(rank)) depth = 4
  allocate(nest(depth))
  do l = 1, depth
    call refine(nest(l), base*2**(l - 1), l)
    do step = 1, 20
      call advance(nest(l))
    end do
    call MPI_Barrier(MPI_COMM_WORLD, ierr)
  end do
  do l = depth + 1, 4
    call MPI_Barrier(MPI_COMM_WORLD, ierr)
  end do
  e = 0
  do l = 1, depth
    e = e + sum(nest(l)%h**2)/size(nest(l)%h)
  end do
  call MPI_Reduce(e, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a,f12.6)', 'energy ', total
  call MPI_Finalize(ierr)
contains
  logical function surf(r)
    integer, intent(in) :: r
    surf = r == 1 .or. r == 3
  end function surf

  subroutine refine(a, n, lev)
    type(level), intent(inout) :: a
    integer, intent(in) :: n, lev
    integer :: i, j
    allocate(a%h(n, n), a%hu(n, n), a%hv(n, n))
    do j = 1, n
      do i = 1, n
        a%h(i, j) = 1d0 + 0.1d0*sin(6.28d0*i/n*lev)
        a%hu(i, j) = 0.01d0*cos(6.28d0*j/n)
        a%hv(i, j) = 0d0
      end do
    end do
  end subroutine refine

  subroutine advance(a)
    type(level), intent(inout) :: a
    integer :: i, j, n
    n = size(a%h, 1)
    do j = 2, n - 1
      do i = 2, n - 1
        a%hu(i, j) = a%hu(i, j) - 0.05d0*(a%h(i+1, j) - a%h(i-1, j))
        a%hv(i, j) = a%hv(i, j) - 0.05d0*(a%h(i, j+1) - a%h(i, j-1))
      end do
    end do
    do j = 2, n - 1
      do i = 2, n - 1
        a%h(i, j) = a%h(i, j) - 0.05d0*(a%hu(i+1, j) - a%hu(i-1, j) + a%hv(i, j+1) - a%hv(i, j-1))
      end do
    end do
  end subroutine advance
end program coast_wave
