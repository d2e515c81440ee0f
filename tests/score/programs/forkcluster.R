#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Random-forest-like resampling on a cluster of forks; each node has rows of its own.
library(parallel)
nodes <- as.integer(commandArgs(TRUE)[1])
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
mb <- as.numeric(Sys.getenv("SIZE_MB", "16"))
genes <- matrix(rnorm(mb * 2^20 / 8), ncol = 64)
outcome <- genes[, 1] - genes[, 9] + rnorm(nrow(genes))

grow <- function(seed) {
  set.seed(seed)
  rows <- sample(nrow(genes), replace = TRUE)
  x <- genes[rows, ]
  y <- outcome[rows]
  for (depth in 1:6) {
    split <- sample(ncol(x), 1)
    left <- x[, split] < median(x[, split])
    y <- y - ifelse(left, mean(y[left]), mean(y[!left]))
    Sys.sleep(pace)
  }
  var(y)
}

cl <- makeForkCluster(nodes, master = "localhost")
cat("cluster of", length(cl), "\n")
trees <- parLapply(cl, seq_len(4 * nodes), grow)
stopCluster(cl)
print(summary(unlist(trees)))
