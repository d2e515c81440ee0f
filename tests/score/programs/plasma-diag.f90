! SPDX-License-Identifier: GPL-2.0-or-later
! score: plasma-diag -O2 -g
! Particle-in-cell in one dimension; the spectrum of the field is taken in the second part of the run.
module pic
  implicit none
  integer, parameter :: cells = 2048, particles = 60000
  real(8) :: x(particles), v(particles), field(cells), rho(cells)
contains
  subroutine deposit
    integer :: i, c
    rho = 0
    do i = 1, particles
      c = min(cells, int(x(i)) + 1)
      rho(c) = rho(c) + 1d0
    end do
    rho = rho*cells/particles - 1d0
  end subroutine deposit

  subroutine push(dt)
    real(8), intent(in) :: dt
    integer :: i
    field(1) = 0
    do i = 2, cells
      field(i) = field(i-1) + 0.5d0*(rho(i) + rho(i-1))
    end do
    field = field - sum(field)/cells
    do i = 1, particles
      v(i) = v(i) + dt*field(min(cells, int(x(i)) + 1))
      x(i) = modulo(x(i) + dt*v(i), dble(cells))
    end do
  end subroutine push

  function spectrum(modes) result(power)
    integer, intent(in) :: modes
    real(8) :: power
    complex(8), pointer :: line(:)
    integer :: m, i, at
    allocate(line(cells*4))            ! zero-padded
    line = (0d0, 0d0)
    line(1:cells) = field
    power = 0
    do m = 1, modes
      at = 0
      do i = 1, cells, 64
        power = power + abs(line(i)*exp((0d0, -1d0)*m*i*3.06796d-3))**2
      end do
    end do
  end function spectrum
end module pic

program plasma
  use pic
  integer :: step, steady = 150, steps = 6000
  real(8) :: p
  character(16) :: arg
  if (command_argument_count() > 0) then
    call get_command_argument(1, arg)
    read (arg, *) steady
  end if
  call random_seed()
  call random_number(x)
  x = x*cells
  call random_number(v)
  v = v - 0.5d0
  p = 0
  do step = 1, steps
    if (step > steady + 5500) exit
    call deposit
    call push(0.05d0)
    if (step > steady) p = p + spectrum(8)
  end do
  print '(a,i0,a,es12.4)', 'step ', step, ' power ', p
end program plasma
