# SPDX-License-Identifier: GPL-2.0-or-later
# Cross-validation of a ridge regression, the folds in parallel.
# usage: Rscript cv-folds.R FOLDS ROWS
library(parallel)
args <- as.integer(commandArgs(TRUE))
folds <- args[1]
n <- args[2]
p <- 80
set.seed(21)
x <- matrix(rnorm(n * p), n)
y <- drop(x %*% rnorm(p)) + rnorm(n)
fold <- sample(rep_len(seq_len(folds), n))
cat("data", round(object.size(x) / 2^20), "MiB\n")

ridge <- function(k) {
  train <- x[fold != k, ]
  mu <- colMeans(train)
  train <- sweep(train, 2, mu)              # centred copy
  xtx <- crossprod(train)
  xty <- crossprod(train, y[fold != k])
  sapply(c(0.1, 1, 10), function(lambda) {
    beta <- solve(xtx + diag(lambda, p), xty)
    test <- sweep(x[fold == k, ], 2, mu)
    mean((y[fold == k] - test %*% beta)^2)
  })
}

errors <- mclapply(seq_len(folds), ridge, mc.cores = folds)
bad <- !vapply(errors, is.numeric, TRUE)
if (any(bad)) {
  cat("folds lost:", which(bad), "\n", file = stderr())
  quit(status = 1)
}
cat("mse by lambda:", round(rowMeans(simplify2array(errors)), 4), "\n")
