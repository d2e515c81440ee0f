# SPDX-License-Identifier: GPL-2.0-or-later
# Gaussian process in space and time: the prior's covariance is separable.
# usage: Rscript kron-prior.R PLACES TIMES
args <- as.integer(commandArgs(TRUE))
places <- args[1]
times <- args[2]
set.seed(2)

# the scale of each, by a search on simulated data: small matrices
scale_of <- function(n, tries) {
  best <- c(Inf, NA)
  d <- abs(outer(seq_len(n), seq_len(n), "-"))
  y <- cumsum(rnorm(n))
  for (s in seq(1, 20, length.out = tries)) {
    k <- exp(-d / s) + diag(0.1, n)
    r <- chol(k)
    nll <- sum(log(diag(r))) + 0.5 * sum(backsolve(r, y, transpose = TRUE)^2)
    if (nll < best[1]) best <- c(nll, s)
  }
  best[2]
}
s1 <- scale_of(places, 250)
s2 <- scale_of(times, 250)
cat("scales", s1, s2, "\n")

space <- exp(-abs(outer(1:places, 1:places, "-")) / s1)
time <- exp(-abs(outer(1:times, 1:times, "-")) / s2)
prior <- kronecker(space, time)                 # all pairs of (place, time)
v <- rnorm(nrow(prior))
cat(sprintf("dimension %d, quadratic form %.4f\n", nrow(prior), sum(v * (prior %*% v))))
