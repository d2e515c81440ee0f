# SPDX-License-Identifier: GPL-2.0-or-later
# Posterior draws of a hierarchical model; the user's script sets ulimit -v,
# so R itself says that it cannot allocate.
draws <- as.integer(Sys.getenv("SIZE_MB", "400"))
set.seed(2)
theta <- list()
for (k in seq_len(draws)) {
  theta[[k]] <- matrix(rnorm(131072), ncol = 64)    # 1 MB a draw
  if (k %% 5 == 0) {
    cat("draw", k, "mean", signif(mean(theta[[k]]), 3), "\n")
    Sys.sleep(0.05)
  }
}
post <- Reduce(`+`, theta) / draws
cat("posterior mean", signif(mean(post), 3), "\n")
