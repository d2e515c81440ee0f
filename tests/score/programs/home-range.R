# SPDX-License-Identifier: GPL-2.0-or-later
# Home range of collared animals: utilisation in a space-time cube, a coarse
# pass to find the extent, then the fine cube.
fine <- as.integer(Sys.getenv("SIZE_MB", "290"))
pace <- as.numeric(Sys.getenv("PACE", "40")) / 1000
set.seed(14)
track <- apply(matrix(rnorm(3 * 4000), ncol = 3), 2, cumsum)
track <- apply(track, 2, function(v) (v - min(v)) / (max(v) - min(v)))

cube <- function(track, cells) {
  use <- array(0, dim = c(cells, cells, cells))
  at <- 1 + floor(track * (cells - 1e-6))
  for (i in seq_len(nrow(at))) {
    use[at[i, 1], at[i, 2], at[i, 3]] <- use[at[i, 1], at[i, 2], at[i, 3]] + 1
  }
  use
}

for (cells in c(10, 15, 20, 25, 30)) {
  u <- cube(track, cells)
  cat(cells, "cells, used", sum(u > 0), "\n")
  Sys.sleep(pace * 5)
}
u <- cube(track, fine)
cat("fine cube, most visits in a cell", max(u), "of", length(u), "\n")
