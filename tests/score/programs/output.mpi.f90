! SPDX-License-Identifier: GPL-2.0-or-later
! Output through rank 0: it allocates the global fields, the others small ones.
program output
  use mpi
  implicit none
  real(8), allocatable :: mine(:), all(:, :)
  integer :: ierr, rank, ranks, k, n, ios, size_mb, fields, pace
  character(32) :: text
  size_mb = 6; fields = 4; pace = 1000
  call get_environment_variable('SIZE_MB', text, status=ios)
  if (ios == 0) read (text, *) size_mb
  call get_environment_variable('FIELDS', text, status=ios)
  if (ios == 0) read (text, *) fields
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  call mpi_init(ierr)
  call mpi_comm_rank(mpi_comm_world, rank, ierr)
  call mpi_comm_size(mpi_comm_world, ranks, ierr)
  n = size_mb * 131072
  allocate (mine(n))
  mine = rank
  if (rank == 0) then
     allocate (all(n * ranks, fields))
  else
     allocate (all(1, fields))
  end if
  do k = 1, fields
     call meet
     call mpi_gather(mine, n, mpi_double_precision, all(:, k), n, mpi_double_precision, 0, mpi_comm_world, ierr)
     call meet
     call execute_wait(pace)
  end do
  if (rank == 0) print *, 'written', sum(all(1:10, 1))
  call meet
  call mpi_finalize(ierr)
contains
  subroutine execute_wait(ms)
    use iso_c_binding
    integer, intent(in) :: ms
    interface
       function usleep(us) bind(c)
         import c_int
         integer(c_int), value :: us
         integer(c_int) :: usleep
       end function
    end interface
    integer(c_int) :: status
    status = usleep(int(ms * 1000, c_int))
  end subroutine
  ! a barrier that sleeps while it waits (see meet.h)
  subroutine meet
    integer :: all, ierror
    logical :: done
    call mpi_ibarrier(mpi_comm_world, all, ierror)
    do
       call mpi_test(all, done, mpi_status_ignore, ierror)
       if (done) exit
       call execute_wait(30)
    end do
  end subroutine
end program
