! SPDX-License-Identifier: GPL-2.0-or-later
! Reads a table of numbers; the array for it grows by half when it is full.
program records
  implicit none
  real(8), allocatable :: x(:, :), more(:, :)
  integer :: n, ios, room
  character(256) :: path
  call get_command_argument(1, path)
  open (10, file=trim(path), status='old', action='read')
  room = 1000; n = 0
  allocate (x(8, room))
  do
     if (n == room) then
        allocate (more(8, room + room / 2))
        more(:, 1:room) = x
        more(:, room + 1:) = 0
        call move_alloc(more, x)
        room = room + room / 2
     end if
     read (10, *, iostat=ios) x(:, n + 1)
     if (ios /= 0) exit
     n = n + 1
  end do
  print *, n, 'records', sum(x(1, 1:n))
end program
