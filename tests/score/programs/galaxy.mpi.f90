! SPDX-License-Identifier: GPL-2.0-or-later
! A halo finder on equal volumes of the box. Matter is not spread evenly: there is a
! cluster in one of the volumes, and its rank links far more particles.
program galaxy
  use mpi
  use iso_c_binding, only: c_int
  implicit none
  interface
     integer(c_int) function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
     end function
  end interface
  type :: particle
     real(8) :: x(3), v(3)
     integer(8) :: id
     integer :: next, halo
  end type
  type(particle), allocatable :: p(:)
  integer :: ierr, me, np, mine, mb, pace, cluster, ios, i, request
  real(8) :: share, total
  logical :: done
  character(16) :: s
  mb = 120; pace = 60; cluster = 2
  call get_environment_variable('SIZE_MB', s, status=ios)
  if (ios == 0) read (s, *) mb
  call get_environment_variable('PACE', s, status=ios)
  if (ios == 0) read (s, *) pace
  call get_environment_variable('CLUSTER', s, status=ios)
  if (ios == 0) read (s, *) cluster
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, me, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, np, ierr)
  share = 0.03d0 + 0.88d0 * exp(-4d0 * abs(me - cluster))
  mine = int(share * mb * 1048576 / 64)
  print '(a,i0,a,i0,a)', 'rank ', me, ' has ', mine, ' particles'
  allocate (p(mine))
  call place
  total = 0
  do i = 1, mine
     total = total + p(i)%x(1) * p(i)%halo
  end do
  call MPI_Ibarrier(MPI_COMM_WORLD, request, ierr)
  done = .false.
  do while (.not. done)
     call MPI_Test(request, done, MPI_STATUS_IGNORE, ierr)
     if (.not. done) call rest(50)
  end do
  print '(a,i0,a,es12.4)', 'rank ', me, ' done ', total
  call MPI_Finalize(ierr)
contains
  subroutine place
    integer :: k, grid(0:511)
    real(8) :: r(3)
    grid = 0
    do k = 1, mine
       call random_number(r)
       p(k)%x = r
       p(k)%v = r - 0.5d0
       p(k)%id = int(me, 8) * 1000000000 + k
       p(k)%next = grid(int(r(1) * 8) * 64 + int(r(2) * 8) * 8 + int(r(3) * 8))
       p(k)%halo = mod(k, 1000)
       grid(int(r(1) * 8) * 64 + int(r(2) * 8) * 8 + int(r(3) * 8)) = k
       if (mod(k, 30000) == 0) call rest(pace)
    end do
  end subroutine
  subroutine rest(ms)
    integer, intent(in) :: ms
    integer(c_int) :: ignored
    ignored = usleep(int(ms * 1000, c_int))
  end subroutine
end program
