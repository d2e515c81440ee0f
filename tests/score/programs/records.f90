! SPDX-License-Identifier: GPL-2.0-or-later
! Reads a table of numbers; the array for it grows by half when it is full.
module tables
  implicit none
contains
  subroutine enlarge(x, room)
    real(8), allocatable, intent(inout) :: x(:, :)
    integer, intent(inout) :: room
    real(8), allocatable :: more(:, :)
    allocate (more(8, room + room / 2))
    more(:, 1:room) = x
    more(:, room + 1:) = 0
    call move_alloc(more, x)
    room = room + room / 2
  end subroutine
end module

program records
  use tables
  implicit none
  real(8), allocatable :: x(:, :)
  integer :: n, ios, room
  character(256) :: path, text
  call get_command_argument(1, path)
  room = 1000; n = 0
  call get_environment_variable('ROOM', text, status=ios)
  if (ios == 0) read (text, *) room
  open (10, file=trim(path), status='old', action='read')
  allocate (x(8, room))
  do
     if (n == room) call enlarge(x, room)
     read (10, *, iostat=ios) x(:, n + 1)
     if (ios /= 0) exit
     n = n + 1
  end do
  print *, n, 'records', sum(x(1, 1:n))
end program
