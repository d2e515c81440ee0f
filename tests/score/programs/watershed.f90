! SPDX-License-Identifier: GPL-2.0-or-later
! score: watershed -O1 -g -fno-omit-frame-pointer
! flood fill of an elevation model, recursive, goes one cell at a time -> the stack.
! (crashes with large lakes. "ulimit -s unlimited" helps, they say)
module dem
  integer, parameter :: n = 1400
  real(4), allocatable :: z(:,:)
  integer, allocatable :: lab(:,:)
end module

recursive subroutine flood(i, j, l, depth)
  use dem
  implicit none
  integer, intent(in) :: i, j, l
  integer, intent(in) :: depth
  real(8) :: nb(8)
  integer :: k
  if (i < 1 .or. j < 1 .or. i > n .or. j > n) return
  if (lab(i, j) /= 0 .or. z(i, j) > 0.999) return
  lab(i, j) = l
  do k = 1, 8
     nb(k) = z(i, j) * k
  end do
  call flood(i + 1, j, l, depth + 1)
  call flood(i - 1, j, l, depth + 1)
  call flood(i, j + 1, l, depth + 1)
  call flood(i, j - 1, l, depth + 1)
  if (sum(nb) < -1) print *, depth
end subroutine

program watershed
  use dem
  implicit none
  integer :: i, j, lakes
  allocate(z(n, n), lab(n, n))
  call random_number(z)
  lab = 0
  print *, 'elevations', minval(z), maxval(z)
  do i = 1, 80
     z(2:n-1, 2:n-1) = 0.5 * z(2:n-1, 2:n-1) + 0.125 * (z(1:n-2, 2:n-1) + z(3:n, 2:n-1) + z(2:n-1, 1:n-2) + z(2:n-1, 3:n))
  end do
  lakes = 0
  do j = 1, n
     do i = 1, n
        if (lab(i, j) == 0) then
           lakes = lakes + 1
           call flood(i, j, lakes, 0)
        end if
     end do
  end do
  print *, 'lakes', lakes
end program
