# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions per host and hour out of the log of the login nodes.
path <- commandArgs(TRUE)[1]
con <- file(path, "r")
blocks <- list()
repeat {
    l <- readLines(con, n = 10000)
    if (length(l) == 0) break
    blocks[[length(blocks) + 1]] <- l
    if (length(blocks) %% 10 == 0) cat("read", length(blocks), "blocks\n")
}
close(con)
lines <- unlist(blocks)
rm(blocks)

host <- substr(lines, 21, 27)
hour <- substr(lines, 12, 13)
user <- sub(".* user ", "", lines)
per <- tapply(user, list(host, hour), function(u) length(unique(u)))
cat("hosts", nrow(per), "mean users", mean(per, na.rm = TRUE), "\n")
