! SPDX-License-Identifier: GPL-2.0-or-later
! score: bond-list -O2 -g -fno-inline
! Molecular dynamics in a box with lists of neighbours, made anew now and then.
module lists
  implicit none
  integer, parameter :: dp = kind(1.d0)
  type neighbours
    integer :: n = 0
    integer, pointer :: pair(:,:) => null()
  end type neighbours
contains
  subroutine make_list(x, cut, list)
    real(dp), intent(in) :: x(:,:), cut
    type(neighbours), intent(inout) :: list
    integer :: i, j, most
    most = 40 * size(x, 2)
    allocate(list%pair(2, most))          ! of the step before: forgotten
    list%pair = 0
    list%n = 0
    do i = 1, size(x, 2) - 1
      do j = i + 1, size(x, 2)
        if (sum((x(:,i) - x(:,j))**2) < cut*cut .and. list%n < most) then
          list%n = list%n + 1
          list%pair(1, list%n) = i
          list%pair(2, list%n) = j
        end if
      end do
    end do
  end subroutine make_list

  subroutine forces(x, f, list, energy)
    real(dp), intent(in) :: x(:,:)
    real(dp), intent(out) :: f(:,:), energy
    type(neighbours), intent(in) :: list
    real(dp) :: d(3), r2, s
    integer :: k, i, j
    f = 0
    energy = 0
    do k = 1, list%n
      i = list%pair(1, k)
      j = list%pair(2, k)
      d = x(:,i) - x(:,j)
      r2 = max(sum(d*d), 0.5_dp)
      s = 1 / r2**3
      energy = energy + s*s - s
      d = d * (12*s*s - 6*s) / r2
      f(:,i) = f(:,i) + d
      f(:,j) = f(:,j) - d
    end do
  end subroutine forces
end module lists

program bonds
  use lists
  implicit none
  integer, parameter :: n = 800
  real(dp) :: x(3,n), v(3,n), f(3,n), energy
  type(neighbours) :: list
  integer :: step, steps
  character(len=20) :: arg
  steps = 25000                           ! 2500 lists: a guard for the test
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) steps
  end if
  call random_number(x)
  x = 10 * x
  v = 0
  do step = 1, steps
    if (mod(step, 10) == 1) call make_list(x, 2.0_dp, list)
    call forces(x, f, list, energy)
    v = 0.99_dp * v + 1e-4_dp * f
    x = modulo(x + 1e-3_dp * v, 10.0_dp)
  end do
  print '(a,i8,a,es13.5)', 'steps ', steps, ' energy ', energy
end program bonds
