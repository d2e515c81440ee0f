#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Each iteration's draws stay in a list.
pace <- as.numeric(Sys.getenv("PACE", "60")) / 1000
each <- as.integer(Sys.getenv("EACH", "65536"))
chain <- list()
repeat {
  chain[[length(chain) + 1]] <- rnorm(each)
  Sys.sleep(pace)
}
