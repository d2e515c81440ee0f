# SPDX-License-Identifier: GPL-2.0-or-later
# Gaussian mixture by EM: data, responsibilities, then a second model with
# twice the components, and the comparison of both by their memberships.
n <- as.integer(Sys.getenv("SIZE_MB", "200")) * 1000L
pace <- as.numeric(Sys.getenv("PACE", "50")) / 1000
set.seed(3)
x <- c(rnorm(n / 2, 0, 1), rnorm(n - n / 2, 4, 1.5))

em <- function(x, k, rounds) {
  mu <- quantile(x, (seq_len(k) - 0.5) / k)
  sigma <- rep(sd(x) / k, k)
  weight <- rep(1 / k, k)
  resp <- matrix(0, length(x), k)
  for (r in seq_len(rounds)) {
    for (j in seq_len(k)) resp[, j] <- weight[j] * dnorm(x, mu[j], sigma[j])
    resp <- resp / rowSums(resp)
    nk <- colSums(resp)
    mu <- colSums(resp * x) / nk
    for (j in seq_len(k)) sigma[j] <- sqrt(sum(resp[, j] * (x - mu[j])^2) / nk[j])
    weight <- nk / length(x)
    Sys.sleep(pace)
  }
  list(mu = mu, sigma = sigma, weight = weight, resp = resp)
}

small <- em(x, 4, 4)
cat("4 components, means", round(small$mu, 2), "\n")
large <- em(x, 8, 4)
agree <- mean(max.col(small$resp) == (max.col(large$resp) + 1) %/% 2)
cat(sprintf("agreement of both models %.3f\n", agree))
