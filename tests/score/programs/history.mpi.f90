! SPDX-License-Identifier: GPL-2.0-or-later
! Heat conduction in slabs. At each output time the slabs are gathered on rank
! 0, in a history of the whole field that is written after the last step.
program history
  use mpi
  use iso_c_binding, only: c_int
  implicit none
  interface
     integer(c_int) function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
     end function
  end interface
  integer, parameter :: n = 65536
  real(8), allocatable :: slab(:), hist(:, :, :)
  integer :: ierr, me, np, step, outputs, pace, ios, it
  character(16) :: s
  outputs = 80; pace = 80
  call get_environment_variable('OUTPUTS', s, status=ios)
  if (ios == 0) read (s, *) outputs
  call get_environment_variable('PACE', s, status=ios)
  if (ios == 0) read (s, *) pace
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, me, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, np, ierr)
  allocate (slab(n))
  slab = me
  if (me == 0) then
     allocate (hist(n, np, outputs))
  else
     allocate (hist(1, 1, outputs))
  end if
  do step = 1, outputs
     do it = 1, 10
        slab(2:n - 1) = slab(2:n - 1) + 0.1d0 * (slab(1:n - 2) - 2 * slab(2:n - 1) + slab(3:n))
     end do
     call rest(pace)
     call together
     call MPI_Gather(slab, n, MPI_DOUBLE_PRECISION, hist(:, :, step), n, MPI_DOUBLE_PRECISION, &
                     0, MPI_COMM_WORLD, ierr)
  end do
  if (me == 0) print *, 'history of', outputs, 'times, mean', sum(hist(:, :, outputs)) / (n * np)
  call together
  call MPI_Finalize(ierr)
contains
  subroutine rest(ms)
    integer, intent(in) :: ms
    integer(c_int) :: ignored
    ignored = usleep(int(ms * 1000, c_int))
  end subroutine
  subroutine together
    integer :: request
    logical :: there
    call MPI_Ibarrier(MPI_COMM_WORLD, request, ierr)
    there = .false.
    do while (.not. there)
       call MPI_Test(request, there, MPI_STATUS_IGNORE, ierr)
       if (.not. there) call rest(20)
    end do
  end subroutine
end program
