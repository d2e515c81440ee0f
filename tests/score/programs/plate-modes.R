# SPDX-License-Identifier: GPL-2.0-or-later
# Response of a plate: assemble stiffness, mass and damping, reduce, solve.
# usage: Rscript plate-modes.R N
args <- commandArgs(TRUE)
n <- if (length(args)) as.integer(args[1]) else 1000L

banded <- function(n, d0, d1, d2) {
  k <- matrix(0, n, n)
  diag(k) <- d0
  i <- seq_len(n - 1)
  k[cbind(i, i + 1)] <- d1
  k[cbind(i + 1, i)] <- d1
  j <- seq_len(n - 2)
  k[cbind(j, j + 2)] <- d2
  k[cbind(j + 2, j)] <- d2
  k
}

K <- banded(n, 6.02, -4, 1)
cat("stiffness", n, "x", n, "\n")
M <- banded(n, 0.66, 0.16, 0)
C <- 0.02 * K + 0.01 * M                    # Rayleigh damping
R <- chol(K)
cat("factor", sum(log(diag(R))), "\n")
Rinv <- backsolve(R, diag(n))
A <- crossprod(Rinv, M)                     # standard form
Sys.sleep(0.2)
x <- rep(1, n)
for (it in 1:30) {                          # the lowest mode
  y <- A %*% (Rinv %*% x)
  lambda <- sqrt(sum(y^2))
  x <- y / lambda
}
omega <- 1 / sqrt(lambda)
response <- sapply(c(0.5, 1, 2), function(f) {
  D <- K - (f * omega)^2 * M + f * omega * C
  sum(solve(D, x)^2)
})
cat(sprintf("omega %.5g response %s\n", omega, paste(signif(response, 4), collapse = " ")))
