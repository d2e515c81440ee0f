# SPDX-License-Identifier: GPL-2.0-or-later
# delete-one-site jackknife of a community matrix; one fork for each block of sites
library(parallel)
args <- commandArgs(TRUE)
nsite <- if (length(args) > 0) as.integer(args[1]) else 900
cores <- if (length(args) > 1) as.integer(args[2]) else 4
nsp <- 300
set.seed(8)
comm <- matrix(rpois(nsite * nsp, 0.4), nsite, nsp)
cat("matrix", dim(comm), "\n")

bray <- function(m) {
  # dissimilarity of all sites with all, by hand as vegan isn't installed
  tot <- rowSums(m)
  d <- matrix(0, nrow(m), nrow(m))
  for (i in seq_len(nrow(m))) {
    s <- abs(m[, seq(1, nsp, 25)] - rep(m[i, seq(1, nsp, 25)], each = nrow(m)))
    d[, i] <- rowSums(s) / (tot + tot[i] + 1)
  }
  d
}

one_block <- function(b) {
  drop <- which(seq_len(nsite) %% 20 == b)
  d0 <- bray(comm[-drop, ])
  d2 <- d0 ^ 2
  ctr <- d2 - rowMeans(d2)
  ctr <- t(t(ctr) - colMeans(d2)) + mean(d2)
  Sys.sleep(0.4)                      # stands for eigen(), which takes an hour
  c(block = b, trace = -0.5 * sum(diag(ctr)))
}

res <- mclapply(0:7, one_block, mc.cores = cores, mc.preschedule = FALSE)
bad <- vapply(res, function(r) is.null(r) || inherits(r, "try-error"), TRUE)
if (any(bad)) { cat("blocks failed:", which(bad), "\n"); quit(status = 1) }
r <- do.call(rbind, res)
cat("se", sd(r[, "trace"]), "\n")
