#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Rolling forecasts. Only the formula of each window is kept "for the report" - but
# a formula holds the environment it was made in, with all that was in there.
pace <- as.numeric(Sys.getenv("PACE", "60")) / 1000
width <- as.integer(Sys.getenv("EACH", "9000"))
series <- cumsum(rnorm(50000))

forecast <- function(from) {
  window <- series[from:(from + width - 1)]
  lagged <- embed(window, 5)
  data <- as.data.frame(lagged)
  terms <- V1 ~ V2 + V3 + V4 + V5
  fit <- lm.fit(cbind(1, lagged[, -1]), lagged[, 1])
  list(formula = terms, next_value = sum(fit$coefficients * c(1, rev(tail(window, 4)))))
}

report <- list()
hits <- 0
for (from in 1:40000) {
  f <- forecast(1 + from %% (length(series) - width))
  report[[as.character(from)]] <- f$formula
  hits <- hits + (f$next_value > 0)
  if (from %% 50 == 0) cat("window", from, "up", hits, "\n")
  Sys.sleep(pace)
}
