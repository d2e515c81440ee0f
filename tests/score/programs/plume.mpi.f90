! SPDX-License-Identifier: GPL-2.0-or-later
! score: plume -O1 -g -fno-omit-frame-pointer -fno-inline
! Lagrangian particles in a river: every rank has a reach of it. Particles that leave the
! reach go to the next rank downstream; there is a weir at WEIR where they settle.
program plume
  use mpi
  implicit none
  type bag
     real(8), allocatable :: p(:,:)       ! 6 numbers per particle
     integer :: n = 0
  end type
  type(bag) :: mine
  real(8), allocatable :: out(:,:), inn(:,:)
  integer :: me, np, ierr, step, nsteps, nrel, nout, nin, i, keep, weir, l, st(MPI_STATUS_SIZE), req(2)
  character(20) :: s
  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, me, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, np, ierr)
  nsteps = 110; nrel = 20000; weir = np - 2
  call get_environment_variable('NSTEPS', s, l)
  if (l > 0) read(s, *) nsteps
  allocate(mine%p(6, 1000), out(6, 4 * nrel))
  do step = 1, nsteps
     if (me == 0) then                    ! the spill, at the upper end
        do i = 1, nrel
           call take((/ 0.01d0 * i, 1d0, 0d0, dble(step), 1d0, 0d0 /))
        end do
     end if
     nout = 0; keep = 0
     do i = 1, mine%n
        if (me == weir) cycle
        mine%p(1, i) = mine%p(1, i) + 100 * mine%p(2, i)
        mine%p(6, i) = mine%p(6, i) + sin(mine%p(1, i)) * 0.01d0
        if (mine%p(1, i) > 150 .and. me < weir .and. nout < size(out, 2)) then
           nout = nout + 1
           out(:, nout) = mine%p(:, i)
           out(1, nout) = 0
        else
           keep = keep + 1
           mine%p(:, keep) = mine%p(:, i)
        end if
     end do
     if (me /= weir) mine%n = keep
     if (me < weir) then
        call MPI_Send(nout, 1, MPI_INTEGER, me + 1, 1, MPI_COMM_WORLD, ierr)
        call MPI_Send(out, 6 * nout, MPI_DOUBLE_PRECISION, me + 1, 2, MPI_COMM_WORLD, ierr)
     end if
     if (me > 0 .and. me <= weir) then
        call MPI_Recv(nin, 1, MPI_INTEGER, me - 1, 1, MPI_COMM_WORLD, st, ierr)
        allocate(inn(6, nin))
        call MPI_Recv(inn, 6 * nin, MPI_DOUBLE_PRECISION, me - 1, 2, MPI_COMM_WORLD, st, ierr)
        do i = 1, nin
           call take(inn(:, i))
        end do
        deallocate(inn)
     end if
     if (me == weir .and. mod(step, 20) == 0) print *, 'step', step, 'at the weir', mine%n
  end do
  call MPI_Finalize(ierr)
contains
  subroutine take(q)
    real(8), intent(in) :: q(6)
    real(8), allocatable :: t(:,:)
    if (mine%n == size(mine%p, 2)) then
       allocate(t(6, mine%n + mine%n / 3))
       t(:, 1:mine%n) = mine%p
       call move_alloc(t, mine%p)
    end if
    mine%n = mine%n + 1
    mine%p(:, mine%n) = q
  end subroutine
end program
