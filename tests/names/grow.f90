! SPDX-License-Identifier: GPL-2.0-or-later
module fem
  implicit none
  real(8), allocatable :: matrix(:), a(:, :), b(:, :), c(:, :)
contains
  subroutine assemble(n)
    integer, intent(in) :: n
    integer :: i
    allocate(matrix(n))
    do i = 1, n
       matrix(i) = i
    end do
  end subroutine assemble

  subroutine multiply(n)
    integer, intent(in) :: n
    allocate(a(n, n), b(n, n))
    a = 1
    b = 2
    c = matmul(a, b)
  end subroutine multiply
end module fem

subroutine outside(n)
  use fem
  implicit none
  integer, intent(in) :: n
  allocate(matrix(n))
  matrix = 0
end subroutine outside

program heat
  use iso_c_binding
  use fem
  implicit none
  interface
     subroutine grow_ready() bind(c)
     end subroutine
     subroutine grow_done() bind(c)
     end subroutine
  end interface
  character(len=16) :: mode
  integer, parameter :: n = 1048576
  call get_command_argument(1, mode)
  call grow_ready()
  select case (mode)
  case ('module')
     call assemble(n)
  case ('outside')
     call outside(n)
  case ('matmul')
     call multiply(600)
  case ('inner')
     call inner(n)
  case ('program')
     allocate(matrix(n))
     matrix = 1
  end select
  call grow_done()
contains
  subroutine inner(m)
    integer, intent(in) :: m
    allocate(matrix(m))
    matrix = 3
  end subroutine inner
end program heat
