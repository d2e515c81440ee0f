! SPDX-License-Identifier: GPL-2.0-or-later
! score: bubble-front -O3 -fomit-frame-pointer
program bubble_front
  ! Front tracking: the points of each bubble's surface are resampled in each
  ! step into a new array; the old one is left behind.
  implicit none
  type surface
    real(8), pointer :: p(:,:) => null()
  end type
  type(surface) :: bubble(12)
  integer :: b, stat
  integer(8) :: step, bytes
  real(8) :: area
  character(16) :: s
  integer :: pace
  pace = 20
  call get_environment_variable("PACE", s, status=stat)
  if (stat == 0) read (s, *) pace
  bytes = 0
  do b = 1, 12
    allocate (bubble(b)%p(2, 1000 + 100*b))
    call circle(bubble(b)%p, 0.1d0*b)
  end do
  step = 0
  do while (bytes < 680_8*1048576)
    step = step + 1
    area = 0
    do b = 1, 12
      bubble(b)%p => resample(bubble(b)%p)
      bytes = bytes + 16*size(bubble(b)%p, 2)
      area = area + abs(sum(bubble(b)%p(1, :)*cshift(bubble(b)%p(2, :), 1)))
    end do
    if (pace > 0) call wait_ms(pace)
  end do
  print '(a,i0,a,f10.4)', "steps ", step, " area ", area
contains
  function resample(old) result(new)
    real(8), pointer, intent(in) :: old(:,:)
    real(8), pointer :: new(:,:)
    integer :: i, n
    n = size(old, 2)
    allocate (new(2, n))
    do i = 1, n
      new(:, i) = 0.5d0*(old(:, i) + old(:, mod(i, n) + 1))
    end do
  end function
  subroutine circle(p, r)
    real(8), intent(out) :: p(:,:)
    real(8), intent(in) :: r
    integer :: i
    do i = 1, size(p, 2)
      p(1, i) = r*cos(6.283185307d0*i/size(p, 2))
      p(2, i) = r*sin(6.283185307d0*i/size(p, 2))
    end do
  end subroutine
  subroutine wait_ms(ms)
    integer, intent(in) :: ms
    integer(8) :: t0, t, rate
    call system_clock(t0, rate)
    do
      call system_clock(t)
      if ((t - t0)*1000 > ms*rate) exit
    end do
  end subroutine
end program
