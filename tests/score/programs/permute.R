#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# A permutation test over genes. Every core permutes the whole expression matrix
# and keeps its permuted copy to rank against.
suppressPackageStartupMessages(library(parallel))
megs <- as.numeric(Sys.getenv("SIZE_MB", "20"))
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
cores <- as.integer(commandArgs(TRUE)[1])

samples <- 100
genes <- floor(megs * 2^20 / 8 / samples)
set.seed(5)
expression <- matrix(runif(genes * samples), genes, samples)
group <- rep(0:1, samples / 2)

one.permutation <- function(seed) {
  set.seed(seed)
  shuffled <- expression
  for (s in seq_len(samples)) {
    shuffled[, s] <- expression[sample.int(genes), s]
    if (s %% 10 == 0) Sys.sleep(pace)
  }
  Sys.sleep(pace * 10)
  difference <- rowMeans(shuffled[, group == 1]) - rowMeans(shuffled[, group == 0])
  max(abs(difference))
}

worst <- mclapply(seq_len(cores), one.permutation, mc.cores = cores, mc.preschedule = FALSE)
str(worst)
