#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Each iteration's draws stay in a list.
pace <- as.numeric(Sys.getenv("PACE", "60")) / 1000
chain <- list()
repeat {
  chain[[length(chain) + 1]] <- rnorm(65536)
  Sys.sleep(pace)
}
