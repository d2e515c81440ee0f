#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# A bootstrap with mclapply: each worker resamples its own big copy.
library(parallel)
size <- as.numeric(Sys.getenv("SIZE_MB", "25"))
pace <- as.numeric(Sys.getenv("PACE", "50")) / 1000
cores <- as.integer(commandArgs(TRUE)[1])
fits <- mclapply(seq_len(cores), function(i) {
  draws <- list()
  for (k in seq_len(10)) {
    draws[[k]] <- rnorm(size * 131072 / 10)
    Sys.sleep(pace)
  }
  Sys.sleep(pace * 20)
  mean(unlist(lapply(draws, mean)))
}, mc.cores = cores)
print(fits)
