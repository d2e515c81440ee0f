# SPDX-License-Identifier: GPL-2.0-or-later
# Power of a log-rank test by simulation: the repeats are dealt to cores, each
# fork simulates its own patients' history.
library(parallel)
cores <- as.integer(Sys.getenv("WORKERS", "3"))
size <- as.integer(Sys.getenv("SIZE_MB", "40"))
pace <- as.numeric(Sys.getenv("PACE", "30")) / 1000

simulate <- function(block) {
  set.seed(block)
  patients <- 5000L
  visits <- matrix(0, patients, size * 26L)    # 5000 x 26 doubles are 1 MB
  for (v in seq_len(ncol(visits))) {
    visits[, v] <- rexp(patients, 0.02 + 0.0001 * v)
    if (v %% 50 == 0) Sys.sleep(pace)
  }
  arm <- rep(0:1, length.out = patients)
  score <- rowMeans(visits) * (1 + 0.002 * arm)
  t.test(score[arm == 1], score[arm == 0])$p.value
}

p <- mclapply(seq_len(cores), simulate, mc.cores = cores)
bad <- sum(!vapply(p, is.numeric, NA))
if (bad) stop(bad, " blocks failed")
cat("power", mean(unlist(p) < 0.05), "of", length(p), "blocks\n")
