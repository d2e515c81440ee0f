# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions per host and user from a log file
args <- commandArgs(trailingOnly = TRUE)
lines <- readLines(args[1])
cat("lines:", length(lines), "\n")

fields <- strsplit(lines, " ", fixed = TRUE)
host <- vapply(fields, `[`, "", 3)
user <- vapply(fields, function(f) f[length(f)], "")
pid <- as.integer(gsub("[^0-9]", "", vapply(fields, `[`, "", 4)))

perhost <- sort(table(host), decreasing = TRUE)
busiest <- names(perhost)[1]
users <- unique(user[host == busiest])

cat("busiest:", busiest, "with", perhost[[1]], "sessions of", length(users), "users; median pid",
    median(pid), "\n")
