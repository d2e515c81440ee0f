! SPDX-License-Identifier: GPL-2.0-or-later
! score: xyz-traj -O2 -g
! Reads a trajectory, one frame's numbers a line, into arrays that double as
! needed; the lines are kept as well, as they are written back sorted.
module frames
  implicit none
  real(8), allocatable :: x(:,:)
  character(len=72), allocatable :: raw(:)
  integer :: n = 0
contains
  subroutine grow()
    real(8), allocatable :: y(:,:)
    character(len=72), allocatable :: r(:)
    integer :: room

    room = size(raw) + size(raw) / 2
    allocate (y(8, room), r(room))
    y(:, 1:n) = x(:, 1:n)
    r(1:n) = raw(1:n)
    call move_alloc(y, x)
    call move_alloc(r, raw)
  end subroutine

  subroutine read_frames(name)
    character(len=*), intent(in) :: name
    character(len=120) :: line
    integer :: unit, ios

    allocate (x(8, 4096), raw(4096))
    open (newunit=unit, file=name, status="old", action="read")
    do
       read (unit, '(a)', iostat=ios) line
       if (ios /= 0) exit
       if (n == size(raw)) call grow()
       n = n + 1
       raw(n) = line(1:72)
       read (line, *, iostat=ios) x(:, n)
       if (ios /= 0) x(:, n) = 0
    end do
    close (unit)
  end subroutine
end module

program xyz_traj
  use frames
  implicit none
  character(len=256) :: name
  integer :: k

  call get_command_argument(1, name)
  call read_frames(trim(name))
  print '(a,i0)', "frames ", n
  do k = 1, 8
     print '(i2,2f12.5)', k, sum(x(k, 1:n)) / n, maxval(x(k, 1:n))
  end do
  print '(a)', raw(n)
end program
