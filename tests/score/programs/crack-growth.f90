! SPDX-License-Identifier: GPL-2.0-or-later
! score: crack-growth -O1 -g -fno-omit-frame-pointer
! A crack in a plate: in each load cycle the near field is meshed anew and the old
! mesh is left behind as the pointer moves on. The plate itself stays as it is.
module plate
  implicit none
  type mesh
    integer :: n
    real(8), pointer :: u(:) => null(), stress(:, :) => null()
  end type
contains
  subroutine remesh(m, length)
    type(mesh), intent(inout) :: m
    real(8), intent(in) :: length
    integer :: i
    m%n = 9000 + int(100 * mod(length, 7d0))
    allocate (m%u(m%n), m%stress(3, m%n))
    do i = 1, m%n
      m%u(i) = length / i
      m%stress(:, i) = (/ 1d0, 0.3d0, 0.1d0 /) * length / sqrt(dble(i))
    end do
  end subroutine

  real(8) function intensity(m, k) result(ki)
    type(mesh), intent(in) :: m
    real(8), intent(inout) :: k(:, :)
    integer :: i, j
    k = 0
    do j = 1, size(k, 2)
      do i = 1, size(k, 1)
        k(i, j) = m%stress(1, 1 + mod(i * j, m%n)) * m%u(1 + mod(i + j, m%n))
      end do
    end do
    ki = sum(k) / size(k)
  end function
end module

program crack
  use plate
  implicit none
  type(mesh) :: m
  real(8), allocatable :: k(:, :)
  real(8) :: length, ki
  integer :: cycle_no, cycles
  character(len=32) :: arg
  cycles = 2000
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) cycles
  end if
  length = 1
  do cycle_no = 1, min(cycles, 2000)
    call remesh(m, length)
    allocate (k(700, 300 + 40 * mod(cycle_no, 12)))
    ki = intensity(m, k)
    deallocate (k)
    length = length + 1d-3 * abs(ki) + 1d-4
  end do
  print '(a, i0, a, f12.6)', "after ", cycle_no - 1, " cycles the crack is ", length
end program
