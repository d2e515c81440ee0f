! SPDX-License-Identifier: GPL-2.0-or-later
! Forward algorithm of a pair hidden Markov model: three tables (match, insert,
! delete) of the two lengths, one column after the other; then a posterior.
program pairhmm
  use iso_fortran_env, only: real64, int8
  use iso_c_binding, only: c_int
  implicit none
  interface
     integer(c_int) function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
     end function
  end interface
  real(real64), allocatable, dimension(:, :) :: m, x, y, posterior
  integer(int8), allocatable :: a(:), b(:)
  integer :: n, mb, pace
  mb = setting('SIZE_MB', 110)
  pace = setting('PACE', 100)
  n = int(sqrt(mb * 1048576.0_real64 / 32))
  print '(a,i0)', 'two sequences of length ', n
  call sequences
  allocate (m(n, n), x(n, n), y(n, n))
  call forward
  print '(a,es12.4)', 'log likelihood ', log(m(n, n) + x(n, n) + y(n, n) + tiny(1.0_real64))
  allocate (posterior(n, n))
  call decode
  print '(a,f8.4)', 'mean posterior ', sum(posterior) / n / n
contains
  integer function setting(name, otherwise)
    character(*), intent(in) :: name
    integer, intent(in) :: otherwise
    character(20) :: text
    integer :: status
    setting = otherwise
    call get_environment_variable(name, text, status=status)
    if (status == 0) read (text, *) setting
  end function

  subroutine rest
    integer(c_int) :: rc
    rc = usleep(int(pace * 1000, c_int))
  end subroutine

  subroutine sequences
    real :: r(n)
    call random_number(r)
    a = int(r * 4, int8)
    call random_number(r)
    b = int(r * 4, int8)
  end subroutine

  subroutine forward
    integer :: i, j
    real(real64) :: e, column
    do j = 1, n
       if (j == 1) then
          m(:, 1) = 1; x(:, 1) = 0.1_real64; y(:, 1) = 0.1_real64
          cycle
       end if
       m(1, j) = 1; x(1, j) = 0.1_real64; y(1, j) = 0.1_real64
       do i = 2, n
          e = merge(0.9_real64, 0.1_real64, a(i) == b(j))
          m(i, j) = e * (0.8_real64 * m(i - 1, j - 1) + 0.2_real64 * (x(i - 1, j - 1) + y(i - 1, j - 1)))
          x(i, j) = 0.1_real64 * m(i - 1, j) + 0.4_real64 * x(i - 1, j)
          y(i, j) = 0.1_real64 * m(i, j - 1) + 0.4_real64 * y(i, j - 1)
       end do
       column = sum(m(:, j)) / n
       m(:, j) = m(:, j) / column; x(:, j) = x(:, j) / column; y(:, j) = y(:, j) / column
       if (mod(j, 50) == 0) call rest
    end do
  end subroutine

  subroutine decode
    integer :: j
    do j = n, 1, -1
       posterior(:, j) = m(:, j) / (m(:, j) + x(:, j) + y(:, j))
       if (mod(j, 100) == 0) call rest
    end do
  end subroutine
end program
