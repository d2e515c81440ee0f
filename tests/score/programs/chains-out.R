# SPDX-License-Identifier: GPL-2.0-or-later
# Metropolis, draws are flushed to files every so often, TMPDIR is set to memory
# by our job template
args <- commandArgs(TRUE)
dir <- args[1]
nflush <- if (length(args) > 1) as.integer(args[2]) else 120
per <- if (length(args) > 2) as.integer(args[3]) else 1000
npar <- 200
work <- file.path(dir, paste0("chain", Sys.getpid()))
dir.create(work)
set.seed(1)
y <- rnorm(200, 3)
theta <- rnorm(npar)
logpost <- function(th) -0.5 * sum(th^2) / 4 - 0.5 * sum((y - mean(th))^2) / 200
lp <- logpost(theta)
acc <- 0
for (f in seq_len(nflush)) {
  draws <- matrix(NA_real_, per, npar)
  for (i in seq_len(per)) {
    prop <- theta + rnorm(npar, sd = 0.06)
    l <- logpost(prop)
    if (log(runif(1)) < l - lp) { theta <- prop; lp <- l; acc <- acc + 1 }
    draws[i, ] <- theta
  }
  saveRDS(draws, file.path(work, sprintf("draws%04d.rds", f)), compress = FALSE)
  rm(draws); invisible(gc(FALSE))
  if (f %% 10 == 0) cat("flush", f, "acceptance", acc / (f * per), "\n")
}
m <- 0
for (fn in list.files(work, full.names = TRUE)) m <- m + colMeans(readRDS(fn))[1:3]
cat("posterior means", m / nflush, "\n")
unlink(work, recursive = TRUE)
