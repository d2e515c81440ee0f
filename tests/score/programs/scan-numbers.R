#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Principal components of a plain matrix of numbers.
path <- commandArgs(trailingOnly = TRUE)[1]
Sys.sleep(as.numeric(Sys.getenv("PACE", "500")) / 1000)
values <- scan(path, what = numeric(), quiet = TRUE)
m <- matrix(values, ncol = 8, byrow = TRUE)
cat("rows:", nrow(m), "\n")
e <- eigen(cov(m), symmetric = TRUE)
print(round(e$values, 3))
