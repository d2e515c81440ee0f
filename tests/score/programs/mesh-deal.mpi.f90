! SPDX-License-Identifier: GPL-2.0-or-later
! Rank 0 reads the node file and makes edges of all of the mesh, then deals the parts out.
program mesh_deal
  use mpi
  implicit none
  integer :: ierr, rank, ranks, n, part, i, r
  real(8), allocatable :: xyz(:,:), mine(:,:)
  integer, allocatable :: edge(:,:)
  real(8) :: s, total
  character(256) :: file

  call MPI_Init(ierr)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, ierr)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, ierr)
  call get_command_argument(1, file)
  n = 0
  if (rank == 0) then
    call read_nodes(trim(file), xyz, n)
    call connect(n, edge)
    print '(a,i0,a,i0,a)', 'mesh: ', n, ' nodes, ', size(edge, 2), ' edges'
  end if
  call MPI_Bcast(n, 1, MPI_INTEGER, 0, MPI_COMM_WORLD, ierr)
  part = n/ranks
  allocate(mine(8, part))
  if (rank == 0) then
    do r = 1, ranks - 1
      call MPI_Send(xyz(1, r*part + 1), 8*part, MPI_DOUBLE_PRECISION, r, 0, MPI_COMM_WORLD, ierr)
    end do
    mine = xyz(:, 1:part)
  else
    call MPI_Recv(mine, 8*part, MPI_DOUBLE_PRECISION, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
  end if
  s = 0
  do i = 1, part
    s = s + sqrt(sum(mine(1:3, i)**2))
  end do
  call MPI_Reduce(s, total, 1, MPI_DOUBLE_PRECISION, MPI_SUM, 0, MPI_COMM_WORLD, ierr)
  if (rank == 0) print '(a,f14.4)', 'sum of radii ', total
  call MPI_Finalize(ierr)
contains
  subroutine read_nodes(name, nodes, count)
    character(*), intent(in) :: name
    real(8), allocatable, intent(out) :: nodes(:,:)
    integer, intent(out) :: count
    real(8), allocatable :: more(:,:)
    integer :: unit, err
    open (newunit=unit, file=name, status='old', action='read')
    allocate(nodes(8, 50000))
    count = 0
    do
      if (count == size(nodes, 2)) then
        allocate(more(8, count + 100000))
        more(:, 1:count) = nodes
        call move_alloc(more, nodes)
      end if
      read (unit, *, iostat=err) nodes(:, count + 1)
      if (err /= 0) exit
      count = count + 1
    end do
    close (unit)
  end subroutine read_nodes

  subroutine connect(count, pairs)
    integer, intent(in) :: count
    integer, allocatable, intent(out) :: pairs(:,:)
    integer :: a, k
    allocate(pairs(4, count*8))
    do a = 1, count
      do k = 1, 8
        pairs(:, (a - 1)*8 + k) = [a, mod(a*k + 17, count) + 1, k, ieor(a, k)]
      end do
    end do
  end subroutine connect
end program mesh_deal
