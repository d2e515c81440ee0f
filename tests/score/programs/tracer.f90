! SPDX-License-Identifier: GPL-2.0-or-later
! Advection of a tracer with a multi-level scheme: the last few states are in a
! linked list. What falls off the end of it is unlinked, not deallocated.
! score: tracer -O2
module levels
  implicit none
  type :: level
     integer :: step = 0
     real, allocatable :: c(:), flux(:)
     type(level), pointer :: older => null()
  end type
contains
  subroutine push(newest, step, n)
    type(level), pointer, intent(inout) :: newest
    integer, intent(in) :: step, n
    type(level), pointer :: fresh
    allocate (fresh)
    fresh%step = step
    allocate (fresh%c(n), fresh%flux(n))
    fresh%older => newest
    newest => fresh
    fresh%c = 0
    fresh%flux = 0
    if (associated(fresh%older)) fresh%c = fresh%older%c
  end subroutine

  subroutine trim_list(newest, keep)
    type(level), pointer, intent(in) :: newest
    integer, intent(in) :: keep
    type(level), pointer :: p
    integer :: i
    p => newest
    do i = 2, keep
       if (.not. associated(p%older)) return
       p => p%older
    end do
    nullify (p%older)
  end subroutine
end module

program tracer
  use levels
  use iso_c_binding, only: c_int
  implicit none
  interface
     integer(c_int) function usleep(us) bind(c)
       import c_int
       integer(c_int), value :: us
     end function
  end interface
  type(level), pointer :: now
  integer :: step, i, n, pace, rc
  character(12) :: s
  n = 30000; pace = 40
  call get_environment_variable('EACH', s, status=rc)
  if (rc == 0) read (s, *) n
  call get_environment_variable('PACE', s, status=rc)
  if (rc == 0) read (s, *) pace
  nullify (now)
  call push(now, 0, n)
  now%c(n/3:n/2) = 1
  do step = 1, 20000
     call push(now, step, n)
     do i = 2, n
        now%flux(i) = 0.4 * (now%older%c(i) - now%older%c(i - 1))
        now%c(i) = now%older%c(i) - now%flux(i)
     end do
     call trim_list(now, 4)
     if (mod(step, 50) == 0) write (*, '(a,i6,a,f9.5)') 'step', step, ' mass', sum(now%c) / n
     rc = usleep(int(pace * 1000, c_int))
  end do
end program
