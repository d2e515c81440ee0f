! SPDX-License-Identifier: GPL-2.0-or-later
! score: mpm-step -O2 -g
! Material points on a grid; each step gets new work arrays by pointer (and none is given back).
module mpm
  implicit none
  integer, parameter :: dp = kind(1d0), np = 40000
  real(dp) :: x(np), v(np), m(np)
contains
  subroutine grid_step(t, cells, energy)
    integer, intent(in) :: t, cells
    real(dp), intent(out) :: energy
    real(dp), pointer :: mass(:), mom(:)
    integer :: i, c
    real(dp) :: f
    allocate(mass(cells), mom(cells))
    mass = 1d-12
    mom = 0
    do i = 1, np
      c = 1 + int(x(i)*(cells - 2))
      f = x(i)*(cells - 2) - (c - 1)
      mass(c) = mass(c) + (1 - f)*m(i)
      mass(c+1) = mass(c+1) + f*m(i)
      mom(c) = mom(c) + (1 - f)*m(i)*v(i)
      mom(c+1) = mom(c+1) + f*m(i)*v(i)
    end do
    energy = 0
    do i = 1, np
      c = 1 + int(x(i)*(cells - 2))
      v(i) = 0.99d0*v(i) + 0.01d0*mom(c)/mass(c) - 1d-3*sin(20*x(i) + 0.01d0*t)
      x(i) = modulo(x(i) + 1d-3*v(i), 1d0)
      energy = energy + 0.5d0*m(i)*v(i)**2
    end do
  end subroutine
end module
program material_points
  use mpm
  implicit none
  integer :: t, i, k, cells, steps
  real(dp) :: energy, mean
  do i = 1, np
    x(i) = modulo(i*0.6180339887d0, 1d0)
    v(i) = sin(6.28d0*x(i))
    m(i) = 1 + 0.1d0*cos(real(i, dp))
  end do
  cells = 16384                       ! 256 KiB a step
  steps = 2600                        ! 650 MiB: the end of the run
  mean = 0
  do t = 1, steps
    do k = 1, 60
      do i = 2, np - 1
        v(i) = v(i) + 1d-6*(v(i-1) - 2*v(i) + v(i+1))
      end do
    end do
    call grid_step(t, cells, energy)
    mean = mean + energy/steps
  end do
  print '(a,i0,a,f14.6)', 'steps ', steps, ' mean energy ', mean
end program
