! SPDX-License-Identifier: GPL-2.0-or-later
! score: flame-species -O2 -g
program flame_species
  ! A premixed flame: mass fractions and rates of each species come into being
  ! when the mechanism's block that uses them is integrated.
  implicit none
  type field
    real(8), allocatable :: y(:,:), rate(:,:)
  end type
  integer, parameter :: nx = 512, ny = 256
  type(field) :: sp(60)
  integer :: n, k, stat
  character(16) :: s
  real(8) :: heat
  n = 40
  call get_environment_variable("SIZE_MB", s, status=stat)
  if (stat == 0) read (s, *) n
  heat = 0
  do k = 1, n
    call bring_in(sp(k), k)
    call react(sp(1:k), heat)
  end do
  print '(a,i0,a,es12.4)', "species ", n, " heat release ", heat
contains
  subroutine bring_in(f, k)
    type(field), intent(inout) :: f
    integer, intent(in) :: k
    integer :: i, j
    allocate (f%y(nx, ny), f%rate(nx, ny))
    do j = 1, ny
      do i = 1, nx
        f%y(i, j) = exp(-((i - 200d0)/(20 + k))**2)/k
        f%rate(i, j) = 0
      end do
    end do
  end subroutine
  subroutine react(s, heat)
    type(field), intent(inout) :: s(:)
    real(8), intent(inout) :: heat
    integer :: m, it
    do it = 1, 2
      do m = 1, size(s)
        s(m)%rate = s(m)%rate + 1d-3*s(m)%y*(1 - s(1)%y)
        s(m)%y = max(0d0, s(m)%y - 1d-4*s(m)%rate)
        heat = heat + sum(s(m)%rate(:, 128))
      end do
    end do
  end subroutine
end program
