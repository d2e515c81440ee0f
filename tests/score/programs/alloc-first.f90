! SPDX-License-Identifier: GPL-2.0-or-later
! A climate model: every array is allocated first, then set one by one.
program fields
  implicit none
  integer, parameter :: narr = 6
  type :: field
     real(8), allocatable :: a(:)
  end type
  type(field) :: f(narr)
  integer(8) :: n
  integer :: i, k, ios, size_mb, pace
  character(32) :: text
  size_mb = 120; pace = 20
  call get_environment_variable('SIZE_MB', text, status=ios)
  if (ios == 0) read (text, *) size_mb
  call get_environment_variable('PACE', text, status=ios)
  if (ios == 0) read (text, *) pace
  n = int(size_mb, 8) * 131072_8 / narr
  do i = 1, narr
     allocate (f(i)%a(n))
  end do
  print *, 'allocated', narr, 'fields'
  do i = 1, narr
     f(i)%a = real(i, 8)
     call wait_ms(pace * 10)
  end do
  do k = 1, 10
     f(1)%a(1:n:16) = 0.5 * (f(2)%a(1:n:16) + f(3)%a(1:n:16))
     call wait_ms(pace)
  end do
  print *, 'sum', sum(f(1)%a(1:n:1000))
contains
  subroutine wait_ms(ms)
    integer, intent(in) :: ms
    integer(8) :: t0, t1, rate
    call system_clock(t0, rate)
    do
       call system_clock(t1)
       if ((t1 - t0) * 1000 / rate >= ms) exit
    end do
  end subroutine
end program
