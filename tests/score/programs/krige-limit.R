# SPDX-License-Identifier: GPL-2.0-or-later
# Kriging of a growing set of points; the site's profile sets ulimit -v, so R is
# refused the memory and stops with an error.
set.seed(1)
best <- Inf
for (n in c(200, 500, 1000, 1500, 6000, 9000)) {
    x <- matrix(runif(2 * n), n)
    D <- as.matrix(dist(x))
    C <- exp(-D / 0.2)
    best <- min(best, mean(C[1, ]))
    cat("points", n, "mean", best, "\n")
    rm(D, C)
    gc()
}
