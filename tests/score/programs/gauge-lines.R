# SPDX-License-Identifier: GPL-2.0-or-later
# River gauges: takes the rows by portions from a connection and keeps each
# portion's fields, as the stations are only known when all rows are there.
args <- commandArgs(TRUE)
pace <- as.numeric(Sys.getenv("PACE", "20")) / 1000
con <- file(args[1], "r")
header <- strsplit(readLines(con, 1), ",")[[1]]
kept <- list()
repeat {
  lines <- readLines(con, 4000)
  if (!length(lines)) break
  fields <- strsplit(lines, ",", fixed = TRUE)
  kept[[length(kept) + 1]] <- list(
    raw = lines,
    temp = as.numeric(vapply(fields, `[`, "", 6)),
    rain = as.numeric(vapply(fields, `[`, "", 7)),
    station = vapply(fields, `[`, "", 4))
  Sys.sleep(pace)
}
close(con)
station <- unlist(lapply(kept, `[[`, "station"))
temp <- unlist(lapply(kept, `[[`, "temp"))
means <- tapply(temp, station, mean)
warmest <- names(which.max(means))
cat(length(station), "rows,", length(means), "stations, warmest", warmest, "\n")
