! SPDX-License-Identifier: GPL-2.0-or-later
! River catchments dealt whole to the ranks; the largest river goes to the last one. Reaches keep a
! hydrograph which is filled as the flood passes.
program catchment
  use mpi
  implicit none
  integer, parameter :: dp = kind(1d0), steps = 512
  integer :: ierr, rank, nproc, reaches, t, st, pace, mb, k
  real(dp), allocatable :: q(:,:)
  real(dp) :: peak, top
  character(16) :: s
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, nproc, ierr)
  mb = 110
  call get_environment_variable('SIZE_MB', s, status=st)
  if (st == 0) read(s, *) mb
  pace = 20
  call get_environment_variable('PACE', s, status=st)
  if (st == 0) read(s, *) pace
  reaches = 300 + 40*rank
  if (rank == nproc - 1) reaches = mb*256         ! times 512 steps, 8 bytes
  allocate(q(reaches, steps))
  call route(q, reaches)
  peak = maxval(q)
  call MPI_Reduce(peak, top, 1, MPI_DOUBLE_PRECISION, MPI_MAX, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a,i0,a,f12.5)', 'catchments ', nproc, ' flood peak ', top
  call MPI_Finalize(ierr)
contains
  subroutine route(h, n)
    integer, intent(in) :: n
    real(dp), intent(inout) :: h(:,:)
    integer :: i
    real(dp) :: rain, local, worst
    do t = 1, steps
      rain = max(0d0, sin(0.02d0*t))
      do i = 1, n
        local = rain*(1 + 0.1d0*sin(0.3d0*i))
        if (t > 1) local = local + 0.7d0*h(i, t-1)
        if (t > 1 .and. i > 1) local = local + 0.2d0*h(i-1, t-1)
        h(i, t) = local
      end do
      do k = 1, pace
        local = local + 1d-9*sum(h(1:min(n, 4000), t))
      end do
      if (mod(t, 16) == 0) call MPI_Allreduce(local, worst, 1, MPI_DOUBLE_PRECISION, MPI_MAX, MPI_COMM_WORLD, ierr)
    end do
  end subroutine
end program
