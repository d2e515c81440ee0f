# SPDX-License-Identifier: GPL-2.0-or-later
# Watches a stream of batches, fits a regression to each and keeps the formula
# and the coefficients for a later report.  Each formula holds the environment
# of the function that made it, with the batch and its design in it.
pace <- as.numeric(Sys.getenv("PACE", "20")) / 1000
rows <- as.integer(Sys.getenv("SIZE_MB", "6")) * 1000L
set.seed(21)

rss <- function() {
  pages <- scan("/proc/self/statm", quiet = TRUE)
  pages[2] * 4 / 1024
}

fit_batch <- function(n) {
  x <- rnorm(n)
  z <- runif(n)
  y <- 2 * x - z + rnorm(n)
  design <- cbind(1, x, z)
  form <- y ~ x + z
  beta <- solve(crossprod(design), crossprod(design, y))
  list(formula = form, beta = drop(beta))
}

fits <- list()
drift <- 0
repeat {
  fits[[length(fits) + 1]] <- fit_batch(rows)
  drift <- drift + fits[[length(fits)]]$beta[2] - 2
  Sys.sleep(pace)
  if (length(fits) %% 10 == 0 && rss() > 690) break
}
cat(length(fits), "batches, mean drift", signif(drift / length(fits), 3), "\n")
