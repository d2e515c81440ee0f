! SPDX-License-Identifier: GPL-2.0-or-later
! score: greens-fn -O1 -g -fno-omit-frame-pointer
! Green's function of a lattice, first the local part, then in one go the full matrix.
program greens_fn
  implicit none
  integer, parameter :: dp = kind(1d0)
  integer :: n, i, j, stat
  complex(dp), allocatable :: g(:,:), local(:)
  complex(dp) :: z
  character(16) :: s
  n = 4400
  call get_environment_variable('SITES', s, status=stat)
  if (stat == 0) read(s, *) n
  z = (0.3d0, 0.05d0)
  allocate(local(n))
  do i = 1, n
    local(i) = 0
    do j = 1, 2000
      local(i) = local(i) + 1/(z - 2*cos(0.0031416d0*j) - 0.01d0*modulo(i*7, 13))
    end do
    local(i) = local(i)/2000
  end do
  allocate(g(n, n))
  do j = 1, n
    do i = 1, n
      g(i, j) = local(i)*conjg(local(j))/(1 + abs(i - j))
    end do
  end do
  print '(a,i0,a,2f12.6)', 'sites ', n, ' trace ', sum([(g(i, i), i = 1, n)])
end program
