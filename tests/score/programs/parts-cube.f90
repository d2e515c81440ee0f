! SPDX-License-Identifier: GPL-2.0-or-later
! score: parts-cube -O2
! One detector frame per file; the whole run is kept as a cube, then the mean and the dead pixels.
program parts_cube
  implicit none
  integer, parameter :: pixels = 65536, frames = 240
  integer(4), allocatable :: cube(:,:)
  character(256) :: folder
  integer :: pace, stat, k, dead
  character(16) :: s
  real(8), allocatable :: mean(:)
  call get_command_argument(1, folder)
  pace = 25
  call get_environment_variable('PACE', s, status=stat)
  if (stat == 0) read(s, *) pace
  allocate(cube(pixels, frames))
  call load_frames(cube, trim(folder))
  allocate(mean(pixels))
  mean = 0
  do k = 1, frames
    mean = mean + cube(:, k)/real(frames, 8)
  end do
  dead = count(abs(mean) < 1d5)
  print '(i0,a,i0,a,es12.4)', frames, ' frames, ', dead, ' dead pixels, mean ', sum(mean)/pixels
contains
  subroutine load_frames(c, where)
    integer(4), intent(inout) :: c(:,:)
    character(*), intent(in) :: where
    character(300) :: name
    integer :: u, n, i
    real(8) :: x
    x = 1
    do n = 1, size(c, 2)
      write(name, '(a,a,i4.4,a)') where, '/part-', n - 1, '.dat'
      open(newunit=u, file=trim(name), access='stream', form='unformatted', status='old', action='read')
      read(u) c(:, n)
      close(u)
      do i = 1, pace*60000
        x = x*1.0000001d0 + 1d-9
      end do
    end do
    if (x < 0) print *, x
  end subroutine
end program
