# SPDX-License-Identifier: GPL-2.0-or-later
# Login records read in chunks; the fields of all are wanted together for the gaps between logins.
path <- commandArgs(TRUE)[1]
pace <- as.numeric(Sys.getenv("PACE", "100")) / 1000
con <- file(path, "r")
parts <- list()
repeat {
  lines <- readLines(con, n = 10000)
  if (length(lines) == 0) break
  host <- sub("^\\S+ \\S+ (\\S+) .*", "\\1", lines)
  session <- as.integer(sub(".*session (\\d+) .*", "\\1", lines))
  parts[[length(parts) + 1]] <- list(raw = lines, host = host, session = session)
  Sys.sleep(pace)
}
close(con)
host <- unlist(lapply(parts, `[[`, "host"))
session <- unlist(lapply(parts, `[[`, "session"))
gap <- tapply(session, host, function(s) mean(diff(s)))
cat(sprintf("%d logins on %d hosts, mean gap %.2f, longest line %d\n", length(session), length(gap),
            mean(gap), max(vapply(parts, function(p) max(nchar(p$raw)), 0L))))
