#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# A table into a data frame; with WAY=lines, by hand from its lines.
args <- commandArgs(TRUE)
Sys.sleep(as.numeric(Sys.getenv("PACE", "0")) / 1000)
if (Sys.getenv("WAY") == "lines") {
  lines <- readLines(args[1])
  parts <- strsplit(lines[-1], ",")
  d <- data.frame(flag = vapply(parts, `[`, "", 8), temp = as.numeric(vapply(parts, `[`, "", 6)))
} else {
  d <- read.csv(args[1], stringsAsFactors = FALSE)
}
print(aggregate(temp ~ flag, d, mean))
