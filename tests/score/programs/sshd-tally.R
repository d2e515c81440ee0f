# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions per host and per user of an sshd log, with base R.
args <- commandArgs(trailingOnly = TRUE)
name <- args[1]
block <- if (length(args) > 1) as.integer(args[2]) else 20000L

con <- file(name, "r")
parts <- list()
repeat {
  lines <- readLines(con, n = block)
  if (!length(lines)) break
  # fields: date time host daemon "session" number "opened for user" name
  parts[[length(parts) + 1]] <- do.call(rbind, strsplit(lines, " ", fixed = TRUE))
  if (length(parts) %% 5 == 0) message(length(parts) * block, " lines")
}
close(con)

hosts <- list()
users <- character(0)
for (m in parts) {
  h <- table(m[, 3])
  for (k in names(h)) hosts[[k]] <- (if (is.null(hosts[[k]])) 0 else hosts[[k]]) + h[[k]]
  users <- unique(c(users, m[, 10]))
}
busiest <- names(which.max(unlist(hosts)))
cat("lines:", sum(unlist(hosts)), "busiest host:", busiest, "users:", length(users), "\n")
