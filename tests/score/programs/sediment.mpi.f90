! SPDX-License-Identifier: GPL-2.0-or-later
! Grains settle in a channel cut into reaches, a rank a reach. The weir lies in
! the last but one reach: what the flow carries there stays there.
program sediment
  use mpi
  implicit none
  integer, parameter :: width = 8
  integer :: rank, nproc, ierr, step, here, n, arriving, target, steps, moving
  real(8), allocatable :: grain(:,:), more(:,:), inbox(:,:)
  real(8) :: mass, total

  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, nproc, ierr)
  steps = 70
  moving = 8000
  target = max(0, nproc - 2)
  n = 0
  allocate (grain(width, 10000), inbox(width, moving))
  do step = 1, steps
     call random_number(inbox)
     inbox(1,:) = inbox(1,:) * real(step, 8)
     here = rank
     ! all that is in motion is handed to the reach of the weir
     if (rank /= target) then
        arriving = merge(moving, moving / 50, step > 5)
        call MPI_Send(inbox, width * arriving, MPI_DOUBLE_PRECISION, target, step, MPI_COMM_WORLD, ierr)
        if (n == 0) call deposit(moving / 4)
     else
        call deposit(moving / 4)
        do here = 0, nproc - 1
           if (here == rank) cycle
           arriving = merge(moving, moving / 50, step > 5)
           call MPI_Recv(inbox, width * arriving, MPI_DOUBLE_PRECISION, here, step, MPI_COMM_WORLD, &
                MPI_STATUS_IGNORE, ierr)
           call deposit(arriving)
        end do
     end if
     if (rank == 0 .and. mod(step, 20) == 0) print '(a,i0)', "step ", step
  end do
  mass = sum(grain(2, 1:n))
  call MPI_Reduce(mass, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print *, "settled", total
  call MPI_Finalize(ierr)
contains
  subroutine deposit(m)
    integer, intent(in) :: m
    if (n + m > size(grain, 2)) then
       allocate (more(width, size(grain, 2) + 60000))
       more(:, 1:n) = grain(:, 1:n)
       call move_alloc(more, grain)
    end if
    grain(:, n+1:n+m) = inbox(:, 1:m)
    n = n + m
  end subroutine
end program
