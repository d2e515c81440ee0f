# SPDX-License-Identifier: GPL-2.0-or-later
# Closed-loop controller of an insulin pump, simulated: after a calibration with
# flat memory, each alarm makes a callback (a closure) that is kept in a list and
# holds the window of readings of its time.
steps <- as.integer(Sys.getenv("STEPS", "4000"))
pace <- as.numeric(Sys.getenv("PACE", "4")) / 1000
set.seed(2)

readings <- function(n, level) level + cumsum(rnorm(n, 0, 0.4))

# calibration: a filter fitted again and again on one buffer
gain <- 0.5
for (k in 1:150) {
  w <- readings(20000, 110)
  gain <- 0.9 * gain + 0.1 * (sd(diff(w)) / 0.8)
  Sys.sleep(pace)
}
cat("calibrated, gain", round(gain, 3), "\n")

callbacks <- list()
on_alarm <- function(window, t) {
  force(t)
  force(window)
  function() mean(window[window > 140]) - t / 1e4
}

level <- 110
dose <- 0
for (t in seq_len(steps)) {
  w <- readings(24000, level)
  level <- 110 + (w[length(w)] - level) * 0.2
  if (max(w) > 130) {
    dose <- dose + gain * (max(w) - 130) / 100
    callbacks[[paste0("alarm", t)]] <- on_alarm(w, t)
  }
  if (t %% 200 == 0) cat("step", t, "level", round(level, 1), "\n")
  Sys.sleep(pace)
  if (length(callbacks) > 2700) break
}
cat("alarms", length(callbacks), "dose", round(dose, 1), "\n")
