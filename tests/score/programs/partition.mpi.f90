! SPDX-License-Identifier: GPL-2.0-or-later
! Preprocessing of a mesh as it was always done: rank 0 makes the global one, with
! everything in it, colours it, and then sends to each rank what belongs to it.
program partition
  use mpi
  use iso_c_binding, only: c_int
  implicit none
  interface
     integer(c_int) function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
     end function
  end interface
  integer, parameter :: tag = 11
  integer :: ierr, me, np, cells, mb, pace, ios, part, r, from
  logical :: there
  character(16) :: s
  real(8), allocatable :: centre(:, :), own(:, :)
  integer, allocatable :: face(:, :), colour(:)
  mb = 110; pace = 60
  call get_environment_variable('SIZE_MB', s, status=ios)
  if (ios == 0) read (s, *) mb
  call get_environment_variable('PACE', s, status=ios)
  if (ios == 0) read (s, *) pace
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, me, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, np, ierr)
  cells = mb * 20164   ! 52 bytes each
  part = min(cells / np, 20000)   ! a rank keeps the cells next to its boundary
  allocate (own(3, part))
  if (me == 0) then
     call build
     do r = 1, np - 1
        from = r * (cells / np)
        call MPI_Send(centre(:, from + 1:from + part), 3 * part, MPI_DOUBLE_PRECISION, r, tag, MPI_COMM_WORLD, ierr)
     end do
     own = centre(:, 1:part)
  else
     there = .false.
     do while (.not. there)
        call MPI_Iprobe(0, tag, MPI_COMM_WORLD, there, MPI_STATUS_IGNORE, ierr)
        if (.not. there) call rest(60)
     end do
     call MPI_Recv(own, 3 * part, MPI_DOUBLE_PRECISION, 0, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
  end if
  print '(a,i0,a,f8.4)', 'rank ', me, ' mean ', sum(own) / size(own)
  call MPI_Finalize(ierr)
contains
  subroutine rest(ms)
    integer, intent(in) :: ms
    integer(c_int) :: ignored
    ignored = usleep(int(ms * 1000, c_int))
  end subroutine

  subroutine build
    integer :: c, k
    allocate (centre(3, cells))
    do c = 1, cells
       centre(:, c) = [dble(mod(c, 100)), dble(mod(c / 100, 100)), dble(c / 10000)]
       if (mod(c, 50000) == 0) call rest(pace)
    end do
    print *, cells, ' cells'
    allocate (face(6, cells))
    do c = 1, cells
       do k = 1, 6
          face(k, c) = modulo(c + (-1)**k * 100**((k - 1) / 2) - 1, cells) + 1
       end do
       if (mod(c, 50000) == 0) call rest(pace)
    end do
    print *, 'faces'
    allocate (colour(cells))
    do c = 1, cells
       colour(c) = 1 + mod(face(1, c) + face(4, c), np)
    end do
    print *, 'coloured', maxval(colour)
  end subroutine
end program
