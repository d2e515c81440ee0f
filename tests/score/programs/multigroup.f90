! SPDX-License-Identifier: GPL-2.0-or-later
! score: multigroup -O3 -fomit-frame-pointer
! multigroup diffusion, groups set up one after the other (downscatter only)
! nx,ny from the deck; 26 groups in the library, always all 26
module gdat
  implicit none
  integer, parameter :: ng = 26
  type grp
     real(8), allocatable :: phi(:,:), src(:,:), sig(:,:)
  end type
  type(grp), save :: g(ng)
  integer :: nx = 380, ny = 380
end module

program multigroup
  use gdat
  implicit none
  integer :: ig, it, i
  real(8) :: k, kold
  character(32) :: s
  call get_environment_variable('SIZE_MB', s, i)
  if (i > 0) then
     read(s, *) i
     nx = int(sqrt(i * 1048576d0 / (24d0 * ng)))
     ny = nx
  end if
  do ig = 1, ng
     call addgroup(ig)
     do it = 1, 45
        call sweep(ig)
     end do
     print '(a,i3,a,f9.5)', ' group', ig, ' max flux', maxval(g(ig)%phi)
  end do
  kold = 1
  do it = 1, 3
     k = 0
     do ig = 1, ng
        call sweep(ig)
        k = k + sum(g(ig)%phi) / (nx * ny * ng)
     end do
     print *, 'outer', it, k / kold
     kold = k
  end do
end program

subroutine addgroup(ig)
  use gdat
  implicit none
  integer, intent(in) :: ig
  integer :: i, j
  allocate(g(ig)%phi(nx, ny), g(ig)%src(nx, ny), g(ig)%sig(nx, ny))
  g(ig)%phi = 0
  do j = 1, ny
     do i = 1, nx
        g(ig)%sig(i, j) = 0.1d0 + 0.01d0 * mod(i * j, 7) + 0.003d0 * ig
        g(ig)%src(i, j) = exp(-((i - nx / 2)**2 + (j - ny / 3)**2) / 900d0)
        if (ig > 1) g(ig)%src(i, j) = 0.1d0 * g(ig)%src(i, j) + 0.2d0 * g(ig - 1)%phi(i, j)
     end do
  end do
end subroutine

subroutine sweep(ig)
  use gdat
  implicit none
  integer, intent(in) :: ig
  integer :: i, j
  do j = 2, ny - 1
     do i = 2, nx - 1
        g(ig)%phi(i, j) = (g(ig)%src(i, j) + g(ig)%phi(i-1, j) + g(ig)%phi(i+1, j) &
             + g(ig)%phi(i, j-1) + g(ig)%phi(i, j+1)) / (4 + g(ig)%sig(i, j))
     end do
  end do
end subroutine
