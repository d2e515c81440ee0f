! SPDX-License-Identifier: GPL-2.0-or-later
! A Poisson solver: each rank has a slab of the same size, in several arrays.
program slabs
  use mpi
  implicit none
  integer, parameter :: narr = 4
  real(8), allocatable :: a(:, :)
  integer :: ierr, rank, ranks, k, ios, size_mb, pace
  integer(8) :: n
  real(8) :: mine, total
  character(32) :: text
  size_mb = 30; pace = 40
  call get_environment_variable('SIZE_MB', text, status=ios)
  if (ios == 0) read (text, *) size_mb
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  call mpi_init(ierr)
  call mpi_comm_rank(mpi_comm_world, rank, ierr)
  call mpi_comm_size(mpi_comm_world, ranks, ierr)
  n = int(size_mb, 8) * 131072_8 / narr
  allocate (a(n, narr))
  do k = 1, narr
     a(:, k) = real(rank + k, 8)
     call execute_wait(pace * 10)
     call meet
  end do
  do k = 1, 15
     mine = a(k, 1)
     call meet
     call mpi_allreduce(mine, total, 1, mpi_double_precision, mpi_sum, mpi_comm_world, ierr)
     call execute_wait(pace)
  end do
  if (rank == 0) print *, 'residual', total
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
