! SPDX-License-Identifier: GPL-2.0-or-later
! score: granular -O1 -g -fno-omit-frame-pointer
! Discrete elements in a drum; the neighbour list is renewed every few steps.
module drum
  implicit none
  type cell
     integer, pointer :: near(:) => null()
  end type
  integer, parameter :: n = 3000
  real(8) :: x(2,n), v(2,n)
  type(cell) :: list(n)
  integer(8) :: bytes = 0
contains
  subroutine build_neighbours()
    integer :: i, j, m, hit(n)
    do i = 1, n
       m = 0
       do j = 1, n
          if (abs(x(1,i) - x(1,j)) < 0.12d0) then
             if (abs(x(2,i) - x(2,j)) < 0.12d0) then
                m = m + 1
                hit(m) = j
             end if
          end if
       end do
       allocate (list(i)%near(m))
       list(i)%near = hit(1:m)
       bytes = bytes + 4_8 * m + 24
    end do
  end subroutine

  subroutine advance(dt)
    real(8), intent(in) :: dt
    real(8) :: f(2), d(2), r
    integer :: i, k, j
    do i = 1, n
       f = [0d0, -0.2d0]
       do k = 1, size(list(i)%near)
          j = list(i)%near(k)
          if (j == i) cycle
          d = x(:,i) - x(:,j)
          r = sqrt(sum(d*d)) + 1d-9
          if (r < 0.02d0) f = f + 3 * (0.02d0 - r) * d / r
       end do
       v(:,i) = 0.995d0 * v(:,i) + dt * f
    end do
    x = x + dt * v
    where (x < 0d0)
       x = -x
       v = -v
    end where
    where (x > 1d0)
       x = 2 - x
       v = -v
    end where
  end subroutine
end module

program granular
  use drum
  implicit none
  integer :: step
  call random_number(x)
  v = 0
  step = 0
  do while (bytes < 680_8 * 1048576)
     if (mod(step, 4) == 0) call build_neighbours()
     call advance(1d-2)
     if (mod(step, 200) == 0) print '(a,i0,a,f10.5)', "step ", step, " energy ", sum(v*v)
     step = step + 1
  end do
end program
