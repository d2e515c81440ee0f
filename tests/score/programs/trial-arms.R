# SPDX-License-Identifier: GPL-2.0-or-later
# Power of an adaptive trial: the arms are simulated by workers with mclapply.
library(parallel)
args <- commandArgs(TRUE)
patients <- if (length(args) > 0) as.integer(args[1]) else 6000L
visits <- 400L

arm <- function(k) {
  set.seed(100 + k)
  path <- matrix(rnorm(patients * visits, 0.01 * k), patients, visits)
  for (v in 2:visits) path[, v] <- path[, v - 1] * 0.8 + path[, v]
  response <- rowMeans(path[, (visits - 20):visits])
  c(arm = k, mean = mean(response), sd = sd(response), dropout = mean(path[, visits %/% 2] < -2))
}

out <- mclapply(1:4, arm, mc.cores = 4)
bad <- vapply(out, function(o) is.null(o) || inherits(o, "try-error"), TRUE)
if (any(bad)) {
  cat(sum(bad), "arms failed\n")
  quit(status = 1)
}
res <- do.call(rbind, out)
cat(sprintf("arms %d, best %d with mean %.3f\n", nrow(res), which.max(res[, "mean"]), max(res[, "mean"])))
