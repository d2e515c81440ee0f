! SPDX-License-Identifier: GPL-2.0-or-later
! score: limited -O2 -g
! Grows its grid until the accuracy is met; knows how to say that there is no memory for it.
program limited
  implicit none
  real(8), allocatable :: grid(:,:), next(:,:)
  integer :: n, err, step, i, j
  real(8) :: change
  n = 256
  do
    if (allocated(grid)) deallocate(grid, next)
    allocate(grid(n, n), next(n, n), stat=err)
    if (err /= 0) then
      write (0, '(a,i0)') 'no memory for a grid of ', n
      stop 1
    end if
    grid = 0
    grid(1, :) = 1
    next = grid
    do step = 1, 10
      do j = 2, n - 1
        do i = 2, n - 1
          next(i, j) = 0.25d0*(grid(i-1, j) + grid(i+1, j) + grid(i, j-1) + grid(i, j+1))
        end do
      end do
      change = maxval(abs(next - grid))
      grid = next
    end do
    print '(a,i0,a,es10.3)', 'grid ', n, ' change ', change
    if (n >= 6000) exit
    n = n*3/2
  end do
  print '(a)', 'accuracy met'
end program limited
