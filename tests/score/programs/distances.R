#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# A summary of a small table; then all pairwise distances.
size <- as.numeric(Sys.getenv("SIZE_MB", "400"))
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
x <- rnorm(5000)
for (k in 1:20) {
  x <- x + mean(x)
  Sys.sleep(pace)
}
n <- floor(sqrt(size * 131072))
m <- matrix(1.5, n, n)
print(dim(m))
