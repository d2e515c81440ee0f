# SPDX-License-Identifier: GPL-2.0-or-later
# Optimal design of a dose trial: the candidate grid is small for two drugs; for the
# interaction model the weights of all combinations of three drugs, for each of 160
# patients, are made at once.
levels <- as.integer(Sys.getenv("LEVELS", "54"))
set.seed(6)

# pilot: two drugs, small, some passes
pilot <- expand.grid(a = seq(0, 1, length.out = 40), b = seq(0, 1, length.out = 40))
best <- -Inf
for (k in 1:60) {
  pick <- pilot[sample(nrow(pilot), 12), ]
  x <- cbind(1, pick$a, pick$b, pick$a * pick$b)
  d <- determinant(crossprod(x))$modulus
  if (d > best) best <- d
  Sys.sleep(0.02)
}
cat("pilot: log det", round(as.numeric(best), 3), "\n")

# the full design: one weight for each combination of three drugs and 160 patients
weights <- array(1 / levels^3, dim = c(levels, levels, levels, 160))
toxic <- outer(seq_len(levels), seq_len(levels), "+") > 1.6 * levels
for (p in seq_len(160)) {
  w <- weights[, , 1, p]
  w[toxic] <- 0
  weights[, , 1, p] <- w
}
cat("candidates", prod(dim(weights)), "weight", round(sum(weights), 1), "\n")
