! SPDX-License-Identifier: GPL-2.0-or-later
! score: pulsar-fold -O2 -g
! Folds a time series at trial periods; the series is read in full first, into an
! array that is made longer as samples come in.
module series
  implicit none
  real(8), allocatable :: x(:)
  integer :: n = 0
contains
  subroutine append(v)
    real(8), intent(in) :: v(:)
    real(8), allocatable :: longer(:)
    if (n + size(v) > size(x)) then
      allocate (longer(size(x) + size(x) / 4 + size(v)))
      longer(1:n) = x(1:n)
      call move_alloc(longer, x)
    end if
    x(n + 1:n + size(v)) = v
    n = n + size(v)
  end subroutine

  subroutine load(name)
    character(len=*), intent(in) :: name
    real(8) :: row(8)
    integer :: u, io
    open (newunit=u, file=name, status="old", action="read")
    do
      read (u, *, iostat=io) row
      if (io /= 0) exit
      call append(row)
    end do
    close (u)
  end subroutine

  real(8) function fold(period) result(power)
    integer, intent(in) :: period
    real(8) :: bin(period)
    integer :: i
    bin = 0
    do i = 1, n
      bin(mod(i, period) + 1) = bin(mod(i, period) + 1) + x(i)
    end do
    power = sum(bin**2) / n
  end function
end module

program pulsar
  use series
  implicit none
  character(len=1024) :: name
  integer :: p, a
  real(8) :: best, now
  allocate (x(65536))
  do a = 1, command_argument_count()
    call get_command_argument(a, name)
    call load(trim(name))
  end do
  if (n == 0) error stop "no samples"
  best = 0
  do p = 100, 108
    now = fold(p)
    best = max(best, now)
  end do
  print '(i0, a, f10.4)', n, " samples, best power ", best
end program
