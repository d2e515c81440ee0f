! SPDX-License-Identifier: GPL-2.0-or-later
! score: eigs-plan -O2 -g
! Plans a diagonalisation: sectors of a spin chain get larger and larger; gives
! up with a message when a sector's matrix cannot be had.
program plan
  implicit none
  integer :: sites, stat, i
  integer(8) :: d
  real(8), allocatable :: h(:)
  real(8) :: ground
  character(len=200) :: msg
  ground = 0
  do sites = 6, 40, 2
    d = binomial(sites, sites / 2)
    msg = ""
    if (d * d > 4000000000_8 .or. d < 2000) then
      allocate (h(d * d), stat=stat, errmsg=msg)
    else
      print '(a, i0, a)', "sector of ", sites, " sites skipped: on the fly"
      cycle
    end if
    if (stat /= 0) then
      print '(a, i0, a, i0, a, a)', "sites ", sites, ": out of memory for ", d * d * 8 / 1048576, &
        " MiB: ", trim(msg)
      error stop 3
    end if
    if (d < 2000) then
      do i = 1, int(d * d)
        h(i) = sin(dble(i)) / d
      end do
      ground = ground - sum(abs(h)) / d
    end if
    print '(a, i0, a, i0, a, f12.5)', "sites ", sites, ", dimension ", d, ", energy ", ground
    deallocate (h)
  end do
contains
  integer(8) function binomial(n, k) result(b)
    integer, intent(in) :: n, k
    integer :: i
    b = 1
    do i = 1, k
      b = b * (n - k + i) / i
    end do
  end function
end program
