# SPDX-License-Identifier: GPL-2.0-or-later
# who meets whom: hosts x users from the ssh log, then some chi-square thing
args <- commandArgs(TRUE)
fn <- args[1]
nread <- if (length(args) > 1) as.integer(args[2]) else 60000
dep <- if (length(args) > 2) as.integer(args[3]) else 4000
con <- file(fn, "r")
user <- host <- integer(0)
while (length(user) < nread && length(l <- readLines(con, 5000)) > 0) {
  # fixed columns, fortunately
  h <- as.integer(substr(l, 25, 27))
  u <- as.integer(sub(".* u", "", l))
  user <- c(user, u)
  host <- c(host, h)
  cat(length(user), "lines so far, users", length(unique(user)), "\n")
}
close(con)
# sessions within the same minute and group: compare group by group
group <- user %% dep
slot  <- seq_along(user) %/% 11
cat("groups", length(unique(group)), "slots", length(unique(slot)), "\n")
Sys.sleep(0.3)
tab <- table(group, slot)
cat("table of", dim(tab), "\n")
busy <- rowSums(tab)
cat("busiest group", names(busy)[which.max(busy)], max(busy), "of expected", mean(busy), "\n")
