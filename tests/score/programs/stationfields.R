# SPDX-License-Identifier: GPL-2.0-or-later
# quality control of stations; format changed twice, hence no read.csv
args <- commandArgs(TRUE)
fn <- args[1]
chunk <- if (length(args) > 1) as.integer(args[2]) else 15000L
con <- file(fn, "r")
hdr <- strsplit(readLines(con, 1), ",", fixed = TRUE)[[1]]
everything <- NULL
nbad <- 0
k <- 0
while (length(lines <- readLines(con, n = chunk)) > 0) {
  parts <- strsplit(lines, ",", fixed = TRUE)
  ok <- vapply(parts, length, 1L) == length(hdr)
  nbad <- nbad + sum(!ok)
  everything <- c(everything, parts[ok])
  k <- k + length(lines)
  cat(k, "rows,", nbad, "bad\n")
}
close(con)

getcol <- function(name) {
  j <- match(name, hdr)
  vapply(everything, `[`, "", j)
}
tmp <- as.numeric(getcol("temp"))
sta <- getcol("station")
cat("range of temperature", range(tmp), "\n")
m <- tapply(tmp, sta, mean)
s <- tapply(tmp, sta, sd)
out <- names(m)[abs(m - mean(m)) > 3 * sd(m)]
cat("stations to look at:", head(out, 10), "\n")
cat("median sd", median(s, na.rm = TRUE), "\n")
