! SPDX-License-Identifier: GPL-2.0-or-later
! score: wavefield -O3 -fomit-frame-pointer
! Acoustic wave propagation of one shot for reverse-time migration. The forward
! field is kept at nsnap planned times, for the imaging condition afterwards.
program wavefield
  implicit none
  integer, parameter :: sp = kind(1.0)
  integer :: n, nsnap, every, step, i, j, k, ios
  character(len=16) :: text
  real(sp), allocatable :: p(:,:,:), q(:,:,:), c2(:,:,:), snap(:,:,:,:)
  real(sp) :: lap, t
  real(8) :: image

  n = 112
  nsnap = 20
  every = 30
  call get_environment_variable("SIZE_MB", text, status=ios)
  if (ios == 0) then
     read (text, *) i
     nsnap = max(2, int(i / (real(n)**3 * 4 / 1048576.0)))
  end if

  allocate (p(n,n,n), q(n,n,n), c2(n,n,n))
  allocate (snap(n,n,n,nsnap))
  p = 0
  q = 0
  do k = 1, n
     c2(:,:,k) = 0.08 + 0.10 * real(k) / real(n)
  end do

  do step = 1, nsnap * every
     t = real(step) * 0.1
     p(n/2,n/2,8) = p(n/2,n/2,8) + (1 - 2*(t-3)**2) * exp(-(t-3)**2)
     do k = 2, n-1
        do j = 2, n-1
           do i = 2, n-1
              lap = p(i+1,j,k) + p(i-1,j,k) + p(i,j+1,k) + p(i,j-1,k) &
                  + p(i,j,k+1) + p(i,j,k-1) - 6 * p(i,j,k)
              q(i,j,k) = 2 * p(i,j,k) - q(i,j,k) + c2(i,j,k) * lap
           end do
        end do
     end do
     call swap(p, q)
     if (mod(step, every) == 0) snap(:,:,:,step/every) = p
  end do

  ! backwards: correlate the receivers' field with the snapshots
  image = 0
  do step = nsnap, 1, -1
     image = image + sum(real(snap(:,:,:,step), 8) * p)
  end do
  print '(a,i0,a,es12.4)', "image from ", nsnap, " snapshots ", image
contains
  subroutine swap(a, b)
    real(sp), allocatable, intent(inout) :: a(:,:,:), b(:,:,:)
    real(sp), allocatable :: c(:,:,:)
    call move_alloc(a, c)
    call move_alloc(b, a)
    call move_alloc(c, b)
  end subroutine
end program
