# SPDX-License-Identifier: GPL-2.0-or-later
# PageRank-like scores of a citation graph; the walk is tried on the edge list
# first, the exact solution takes the matrix.
set.seed(8)
n <- as.integer(Sys.getenv("NODES", "4300"))
m <- 8 * n
from <- sample.int(n, m, replace = TRUE)
to <- sample.int(n, m, replace = TRUE, prob = 1 / seq_len(n))
out <- tabulate(from, n)

score <- rep(1 / n, n)
for (it in 1:25) {
    flow <- score[from] / out[from]
    score <- 0.15 / n + 0.85 * as.numeric(tapply(flow, factor(to, seq_len(n)), sum, default = 0))
    if (it %% 5 == 0) {
        cat("step", it, "top", which.max(score), "\n")
        Sys.sleep(0.1)
    }
}

A <- matrix(0, n, n)
A[cbind(to, from)] <- 1 / out[from]
for (it in 1:3) score <- 0.15 / n + 0.85 * as.numeric(A %*% score)
cat("sum", sum(score), "top", which.max(score), "\n")
