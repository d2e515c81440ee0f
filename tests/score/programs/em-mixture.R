# SPDX-License-Identifier: GPL-2.0-or-later
# Gaussian mixture by EM in one dimension: responsibilities for each component.
n <- as.integer(Sys.getenv("N", "350000"))
k <- 6L
set.seed(11)
x <- rnorm(n, mean = sample(c(-4, -1, 0, 2, 5, 9), n, replace = TRUE))
mu <- seq(-5, 9, length.out = k)
sd <- rep(1.5, k)
w <- rep(1 / k, k)

e.step <- function(x, mu, sd, w) {
  dens <- matrix(0, length(x), k)
  for (j in seq_len(k)) dens[, j] <- w[j] * dnorm(x, mu[j], sd[j])
  total <- rowSums(dens)
  list(r = dens / total, loglik = sum(log(total)))
}

trace <- numeric(0)
for (iter in 1:8) {
  e <- e.step(x, mu, sd, w)
  size <- colSums(e$r)
  w <- size / n
  mu <- colSums(e$r * x) / size
  centred <- outer(x, mu, "-")
  sd <- sqrt(colSums(e$r * centred^2) / size)
  trace <- c(trace, e$loglik)
}
cat(sprintf("EM: loglik %.1f after %d iterations, means %s\n", tail(trace, 1), length(trace),
            paste(round(mu, 2), collapse = " ")))
