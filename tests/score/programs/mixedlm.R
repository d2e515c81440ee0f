#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Yields of field trials: a linear model with site, year and cultivar effects.
pace <- as.numeric(Sys.getenv("PACE", "200")) / 1000
mb <- as.numeric(Sys.getenv("SIZE_MB", "20"))
columns <- 1 + 7 + 5 + 11 + 2
n <- round(mb * 2^20 / 8 / columns)
set.seed(4)
trials <- data.frame(site = factor(sample(letters[1:8], n, TRUE)), year = factor(sample(2019:2024, n, TRUE)),
                     cultivar = factor(sample(LETTERS[1:12], n, TRUE)), rain = rnorm(n, 500, 80), nitrogen = runif(n, 0, 200))
trials$yield <- 4 + 0.002 * trials$rain + 0.01 * trials$nitrogen + rnorm(n)
cat(n, "plots\n")
Sys.sleep(pace)
null <- lm(yield ~ rain + nitrogen, data = trials)
cat("without effects: ", summary(null)$r.squared, "\n")
Sys.sleep(pace)
full <- lm(yield ~ site + year + cultivar + rain + nitrogen, data = trials)
Sys.sleep(pace)
print(anova(null, full))
trials$residual <- rstandard(full)
print(head(trials[order(-abs(trials$residual)), ], 3))
