#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Concordance index of a survival model, by all pairs of patients at once.
pace <- as.numeric(Sys.getenv("PACE", "300")) / 1000
patients <- as.integer(sqrt(as.numeric(Sys.getenv("SIZE_MB", "300")) * 2^20 / 8))
set.seed(11)
age <- runif(patients, 30, 90)
risk <- 0.02 * age + rnorm(patients, sd = 0.3)
survival <- rexp(patients, exp(risk - 3))
for (fold in 1:5) {
  kept <- sample(patients, 150)
  ahead <- outer(survival[kept], survival[kept], "-")
  cat("fold", fold, mean(sign(ahead) == -sign(outer(risk[kept], risk[kept], "-"))), "\n")
  Sys.sleep(pace)
}
ahead <- outer(survival, survival, "-")
cat("all", mean(ahead[order(risk), ] > 0), "\n")
