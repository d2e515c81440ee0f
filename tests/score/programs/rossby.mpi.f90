! SPDX-License-Identifier: GPL-2.0-or-later
! score: rossby -O2 -g -fno-inline
! Barotropic vorticity on a beta plane, split in bands of latitude.
module fields
  implicit none
  integer, parameter :: dp = kind(1.d0)
  real(dp), allocatable :: zeta(:,:), psi(:,:), u(:,:), v(:,:), tend(:,:), old(:,:)
contains
  subroutine start(nx, ny, rank)
    integer, intent(in) :: nx, ny, rank
    integer :: i, j
    allocate(zeta(nx,0:ny+1), psi(nx,0:ny+1), u(nx,0:ny+1), v(nx,0:ny+1), tend(nx,0:ny+1), old(nx,0:ny+1))
    do j = 0, ny + 1
      do i = 1, nx
        zeta(i,j) = sin(0.01_dp*i) * cos(0.02_dp*(j + rank*ny))
        psi(i,j) = -0.5_dp * zeta(i,j)
      end do
    end do
  end subroutine start

  subroutine tendency(nx, ny)
    integer, intent(in) :: nx, ny
    integer :: i, j, e, w
    do j = 1, ny
      do i = 1, nx
        e = merge(1, i + 1, i == nx)
        w = merge(nx, i - 1, i == 1)
        u(i,j) = -0.5_dp * (psi(i,j+1) - psi(i,j-1))
        v(i,j) = 0.5_dp * (psi(e,j) - psi(w,j))
        tend(i,j) = -u(i,j)*0.5_dp*(zeta(e,j) - zeta(w,j)) - v(i,j)*0.5_dp*(zeta(i,j+1) - zeta(i,j-1)) - 0.01_dp*v(i,j)
      end do
    end do
  end subroutine tendency
end module fields

program rossby
  use mpi
  use fields
  implicit none
  integer :: ierr, rank, ranks, nx, ny, step, up, down
  real(dp) :: mine, all
  character(len=20) :: arg
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  nx = 1000
  ny = 800
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) ny
  end if
  up = modulo(rank + 1, ranks)
  down = modulo(rank - 1, ranks)
  call start(nx, ny, rank)
  do step = 1, 15
    call MPI_Sendrecv(psi(:,ny), nx, MPI_DOUBLE_PRECISION, up, 1, psi(:,0), nx, MPI_DOUBLE_PRECISION, down, 1, &
                      MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
    call tendency(nx, ny)
    old = zeta
    zeta(:,1:ny) = zeta(:,1:ny) + 0.01_dp * tend(:,1:ny)
    psi = 0.9_dp * psi - 0.05_dp * (zeta + old)
  end do
  mine = sum(zeta(:,1:ny)**2)
  call MPI_Reduce(mine, all, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a,es14.6)', 'enstrophy ', all
  call MPI_Finalize(ierr)
end program rossby
