#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-or-later
# An agent-based epidemic; the agents of every day are archived in an
# environment, under the name of the day.
pace <- as.numeric(Sys.getenv("PACE", "60")) / 1000
agents <- as.integer(Sys.getenv("AGENTS", "15000"))
archive <- new.env()
pop <- data.frame(id = seq_len(agents), status = 0L, age = runif(agents, 0, 90), contacts = 0)
pop$status[1:50] <- 1L
day <- 0
while (day < 3650) {
  day <- day + 1
  pressure <- mean(pop$status == 1L)
  caught <- pop$status == 0L & runif(agents) < 0.3 * pressure
  healed <- pop$status == 1L & runif(agents) < 0.1
  pop$status[caught] <- 1L
  pop$status[healed] <- 0L
  pop$contacts <- pop$contacts + rpois(agents, 2)
  pop$age <- pop$age + 1 / 365
  assign(sprintf("day%05d", day), pop, envir = archive)
  if (day %% 20 == 0) cat("day", day, "infected", sum(pop$status == 1L), "\n")
  Sys.sleep(pace)
}
print(length(ls(archive)))
