! SPDX-License-Identifier: GPL-2.0-or-later
! score: weather-deck -O2 -g
! The whole deck of cards (lines) of a table is read, then looked up in random order.
program weather_deck
  implicit none
  character(128), allocatable :: deck(:)
  character(256) :: file
  integer :: n, i, k
  real(8) :: t, total

  call get_command_argument(1, file)
  call read_deck(trim(file), deck, n)
  total = 0
  k = 1
  do i = 1, n
    k = mod(k*7 + 13, n) + 1
    call temperature(deck(k), t)
    total = total + t
  end do
  print '(a,i0,a,f8.3)', 'cards ', n, ' mean temperature ', total/n
contains

  subroutine read_deck(name, cards, count)
    character(*), intent(in) :: name
    character(128), allocatable, intent(inout) :: cards(:)
    integer, intent(out) :: count
    character(128), allocatable :: more(:)
    character(128) :: line
    integer :: unit, err
    open (newunit=unit, file=name, status='old', action='read')
    read (unit, '(a)') line
    allocate(cards(4096))
    count = 0
    do
      read (unit, '(a)', iostat=err) line
      if (err /= 0) exit
      if (count == size(cards)) then
        allocate(more(count + count/4))
        more(1:count) = cards
        call move_alloc(more, cards)
      end if
      count = count + 1
      cards(count) = line
    end do
    close (unit)
  end subroutine read_deck

  subroutine temperature(card, t)
    character(*), intent(in) :: card
    real(8), intent(out) :: t
    integer :: at, comma, err
    at = 1
    do comma = 1, 5
      at = at + index(card(at:), ',')
    end do
    read (card(at:at+index(card(at:), ',')-2), *, iostat=err) t
    if (err /= 0) t = 0
  end subroutine temperature
end program weather_deck
