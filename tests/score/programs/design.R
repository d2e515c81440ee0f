#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# A linear model by hand: the design matrix, its products, a few copies.
size <- as.numeric(Sys.getenv("SIZE_MB", "100"))
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
rows <- floor(size * 131072 / 4 / 40)
x <- matrix(0, rows, 40)
for (j in 1:40) x[, j] <- sin(seq_len(rows) * j)
Sys.sleep(pace * 5)
y <- x %*% rep(1, 40)
xx <- crossprod(x)
Sys.sleep(pace * 5)
scaled <- scale(x)
Sys.sleep(pace * 5)
print(dim(scaled))
print(solve(xx + diag(40), crossprod(x, y))[1:3])
