#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# Logins by host and user, of a log that is read block by block - into a list.
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
con <- file(commandArgs(TRUE)[1], "r")
blocks <- list()
repeat {
  lines <- readLines(con, n = 10000)
  if (!length(lines)) break
  fields <- strsplit(lines, " ", fixed = TRUE)
  blocks[[length(blocks) + 1]] <- data.frame(
    time = vapply(fields, `[`, "", 2), host = vapply(fields, `[`, "", 3),
    daemon = vapply(fields, `[`, "", 4), user = vapply(fields, function(f) f[length(f)], ""), text = lines)
  Sys.sleep(pace)
}
close(con)
log <- do.call(rbind, blocks)
cat(nrow(log), "lines\n")
print(head(sort(table(log$host), decreasing = TRUE), 3))
print(length(unique(log$user)))
