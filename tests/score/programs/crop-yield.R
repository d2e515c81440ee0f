# SPDX-License-Identifier: GPL-2.0-or-later
# Yield of a maize model over scenarios x years x cells: the cube is planned,
# each scenario adds one slab, quantiles are taken over all of them at the end.
cells <- as.integer(Sys.getenv("CELLS", "9000"))
years <- as.integer(Sys.getenv("YEARS", "60"))
scenarios <- c("ssp126", "ssp245", "ssp370", "ssp434", "ssp460", "ssp534",
               "ssp585", "hist", "picontrol", "irrigated", "rainfed", "late")
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
set.seed(11)

soil <- runif(cells, 0.6, 1.1)

grow <- function(name) {
  warming <- nchar(name) * 0.2
  y <- matrix(0, nrow = cells, ncol = years)
  water <- rep(50, cells)
  for (t in seq_len(years)) {
    rain <- rgamma(cells, 2, 0.02)
    heat <- 20 + warming * t / years
    water <- pmin(120, 0.6 * water + rain)
    y[, t] <- soil * 8 * (1 - exp(-water / 60)) * exp(-((heat - 22) / 9)^2)
  }
  Sys.sleep(pace)
  y
}

yields <- vector("list", length(scenarios))
names(yields) <- scenarios
for (s in scenarios) {
  yields[[s]] <- grow(s)
  message(s, ": mean yield ", round(mean(yields[[s]]), 2), " t/ha")
}

# ensemble quantiles per year need all scenarios at once
band <- sapply(seq_len(years), function(t)
  quantile(unlist(lapply(yields, function(m) m[, t])), c(.1, .5, .9)))
cat("years", ncol(band), "median last year", round(band[2, years], 3), "\n")
