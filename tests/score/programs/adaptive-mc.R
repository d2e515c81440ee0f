# SPDX-License-Identifier: GPL-2.0-or-later
# Adaptive Monte Carlo integration: refine until the error is below the tolerance.
args <- commandArgs(TRUE)
tol <- if (length(args)) as.numeric(args[1]) else 1e-9
set.seed(8)

integrand <- function(x) sin(13 * x)^2 + exp(-40 * (x - 0.3)^2)

proposal <- function(centre, width) {
  draws <- rnorm(6000, centre, width)
  weight <- 1 / dnorm(draws, centre, width)
  inside <- draws > 0 & draws < 1
  list(value = mean(integrand(draws[inside]) * weight[inside]) * mean(inside),
       density = function(x) dnorm(x, centre, width))     # for the mixture, later
}

rounds <- list()
estimates <- numeric(0)
repeat {
  p <- proposal(runif(1, 0.2, 0.8), runif(1, 0.1, 0.4))
  rounds[[length(rounds) + 1]] <- p
  estimates <- c(tail(estimates, 499), p$value)
  error <- if (length(estimates) > 20) sd(estimates) / sqrt(length(estimates)) else Inf
  if (error < tol) break
  if (length(rounds) %% 50 == 0) {
    Sys.sleep(0.02)
    if (sum(gc()[, 2]) > 600) break                       # at most what a node has
  }
}
cat(sprintf("rounds %d, integral %.5f +- %.2g\n", length(rounds), mean(estimates), error))
