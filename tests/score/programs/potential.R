# SPDX-License-Identifier: GPL-2.0-or-later
# Dispersal kernels of seeds. get_kernel() keeps kernels it has computed, because
# computing takes ages. Wind direction in whole degrees, speed in 12 classes.
# (so 360*12 kernels, at most. KS)
args <- commandArgs(TRUE)
ncl  <- if (length(args) > 0) as.integer(args[1]) else 12
side <- if (length(args) > 1) as.integer(args[2]) else 51
nobs <- if (length(args) > 2) as.integer(args[3]) else 30000
set.seed(5)
KERNELS <- new.env(hash = TRUE)
hits <- 0; miss <- 0

gx <- rep(seq_len(side) - side / 2, side)
gy <- rep(seq_len(side) - side / 2, each = side)

get_kernel <- function(deg, cl) {
  key <- paste(deg, cl, sep = "_")
  k <- KERNELS[[key]]
  if (is.null(k)) {
    miss <<- miss + 1
    th <- deg * pi / 180
    along  <- gx * cos(th) + gy * sin(th)
    across <- -gx * sin(th) + gy * cos(th)
    k <- exp(-(along - 2 * cl)^2 / (30 * cl) - across^2 / (9 * cl))
    k <- k / sum(k)
    assign(key, k, envir = KERNELS)
  } else hits <<- hits + 1
  k
}

seeds <- numeric(side * side)
for (i in seq_len(nobs)) {
  deg <- floor(runif(1) * 360) %/% 2 * 2
  cl <- sample.int(ncl, 1)
  seeds <- seeds + get_kernel(deg, cl)
  if (i %% 2000 == 0) cat(i, "observations, kernels computed", miss, "found", hits, "\n")
}
cat("densest cell:", which.max(seeds), "\n")
