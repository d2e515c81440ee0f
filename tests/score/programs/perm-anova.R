# SPDX-License-Identifier: GPL-2.0-or-later
# Permutation test of an ANOVA, forked over cores; each worker draws its own
# matrix of permuted responses and keeps it until its statistics are done.
library(parallel)
cores <- as.integer(Sys.getenv("CORES", "3"))
perms <- as.integer(Sys.getenv("PERMS", "1500"))
n <- 2400
set.seed(1)
group <- factor(rep(letters[1:6], length.out = n))
y <- rnorm(n) + as.integer(group) * 0.02

f_stat <- function(y) {
  m <- mean(y)
  means <- tapply(y, group, mean)
  size <- table(group)
  between <- sum(size * (means - m)^2) / (length(means) - 1)
  within <- sum((y - means[group])^2) / (length(y) - length(means))
  between / within
}

observed <- f_stat(y)

one_core <- function(seed) {
  set.seed(seed)
  shuffled <- matrix(0, n, perms)
  for (j in seq_len(perms)) shuffled[, j] <- sample(y)
  # the statistic of a block of columns at a time
  stats <- numeric(perms)
  for (j in seq_len(perms)) stats[j] <- sum(tapply(shuffled[, j], group, sum)^2)
  c(mean(stats >= sum(tapply(y, group, sum)^2)), perms)
}

res <- mclapply(seq_len(cores), one_core, mc.cores = cores, mc.set.seed = FALSE)
ok <- vapply(res, function(r) is.numeric(r) && length(r) == 2, TRUE)
if (!all(ok)) stop("a worker did not come back")
p <- mean(vapply(res, `[`, 0, 1))
cat("F =", round(observed, 3), "p =", round(p, 4), "\n")
