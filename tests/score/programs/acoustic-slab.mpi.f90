! SPDX-License-Identifier: GPL-2.0-or-later
! score: acoustic-slab -O2
! Acoustic waves in a slab per rank, all of the same size; snapshots for the
! imaging condition: a planned number, kept by each rank.
program acoustic_slab
  use mpi
  implicit none
  integer :: ierr, rank, ranks, t, keep, n, steps
  real, allocatable :: p(:,:), q(:,:), snap(:,:,:)
  real :: edge, total, mine
  character(16) :: text

  call mpi_init(ierr)
  call mpi_comm_rank(mpi_comm_world, rank, ierr)
  call mpi_comm_size(mpi_comm_world, ranks, ierr)
  n = 500; steps = 240
  call get_environment_variable('STEPS', text)
  if (len_trim(text) > 0) read (text, *) steps
  allocate (p(n, n), q(n, n), snap(n, n, steps / 6))
  p = 0; q = 0
  p(n / 2, n / 2) = 1.0 + rank
  keep = 0
  do t = 1, steps
    call advance(p, q)
    call advance(q, p)
    if (mod(t, 6) == 0) then
      keep = keep + 1
      snap(:, :, keep) = p
    end if
    edge = p(1, n / 2)
    call mpi_allreduce(mpi_in_place, edge, 1, mpi_real, mpi_max, mpi_comm_world, ierr)
  end do
  mine = 0
  do t = 1, keep
    mine = mine + sum(snap(:, :, t) * snap(:, :, keep + 1 - t))
  end do
  call mpi_reduce(mine, total, 1, mpi_real, mpi_sum, 0, mpi_comm_world, ierr)
  if (rank == 0) print '(a,es12.4,a,i0,a)', 'image energy ', total, ' of ', keep, ' snapshots'
  call mpi_finalize(ierr)

contains

  subroutine advance(now, before)
    real, intent(in) :: now(:,:)
    real, intent(inout) :: before(:,:)
    integer :: i, j
    do j = 2, n - 1
      do i = 2, n - 1
        before(i, j) = 2 * now(i, j) - before(i, j) + 0.2 * (now(i-1, j) + now(i+1, j) &
          + now(i, j-1) + now(i, j+1) - 4 * now(i, j))
      end do
    end do
  end subroutine
end program
