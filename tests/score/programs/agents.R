# SPDX-License-Identifier: GPL-2.0-or-later
# predator-prey. each event schedules the next one as a function; the log of events
# keeps what was done so we can "undo" (nobody ever did)
args <- commandArgs(TRUE)
n <- if (length(args) > 0) as.integer(args[1]) else 6000
nmax <- if (length(args) > 1) as.integer(args[2]) else 5000
set.seed(2)
undo <- list()
prey <- rpois(n, 20); pred <- rpois(n, 3)

make_event <- function(step) {
  before <- prey                       # a patch is a number in here
  eaten <- pmin(prey, rbinom(n, pred * 2, 0.3))
  born  <- rpois(n, prey * 0.12)
  function(back = FALSE) {
    if (back) { prey <<- before; return(invisible()) }
    prey <<- pmin(prey - eaten + born, 500)
    pred <<- pmax(1, pmin(pred + (eaten > 4) - (eaten == 0), 40))
    invisible(sum(eaten))
  }
}

t <- 0
repeat {
  t <- t + 1
  ev <- make_event(t)
  e <- ev()
  undo[[length(undo) + 1]] <- ev
  if (t %% 100 == 0) cat("t", t, "prey", sum(prey), "predators", sum(pred), "eaten", e, "\n")
  if (t >= nmax) break                 # 700 MB and no end
  if (t %% 100 == 0) {
    mb <- as.numeric(strsplit(readLines("/proc/self/statm"), " ")[[1]][2]) / 256
    if (mb > 640) { cat("that will do\n"); break }
  }
}
