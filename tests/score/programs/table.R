#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# A table into a data frame.
args <- commandArgs(TRUE)
Sys.sleep(as.numeric(Sys.getenv("PACE", "0")) / 1000)
d <- read.csv(args[1], stringsAsFactors = FALSE)
print(aggregate(temp ~ flag, d, mean))
