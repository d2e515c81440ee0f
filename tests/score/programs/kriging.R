#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Ordinary kriging by hand: distances, covariance, Cholesky, inverse, weights.
# Five n x n matrices live at the same time.
size <- as.numeric(Sys.getenv("SIZE_MB", "80"))
pace <- as.numeric(Sys.getenv("PACE", "200")) / 1000
n <- floor(sqrt(size * 2^20 / 8 / 5))
set.seed(11)
site <- data.frame(x = runif(n), y = runif(n), z = rnorm(n))
message("sites: ", n)

h <- matrix(0, n, n)
for (i in seq_len(n)) {
  h[, i] <- sqrt((site$x - site$x[i])^2 + (site$y - site$y[i])^2)
  if (i %% 100 == 0) Sys.sleep(pace / 4)
}
Sys.sleep(pace)
nugget <- 0.1
k <- exp(-h / 0.3)
diag(k) <- 1 + nugget
Sys.sleep(pace)
u <- chol(k)
Sys.sleep(pace)
ki <- chol2inv(u)
Sys.sleep(pace)
w <- ki * k
cat("log determinant", 2 * sum(log(diag(u))), "\n")
cat("trace", sum(diag(w)), "prediction", sum(ki %*% site$z * k[, 1]), "range", range(h), "\n")
