# SPDX-License-Identifier: GPL-2.0-or-later
# Generalised least squares of a panel with AR(1) errors, with all that the
# report asks for: whitened design, QR, leverages, and a residual bootstrap.
set.seed(5)
n <- as.integer(Sys.getenv("ROWS", "16000"))
p <- 60
B <- 150

X <- matrix(rnorm(n * p), n, p)
beta <- rnorm(p)
e <- as.numeric(stats::filter(rnorm(n), 0.6, method = "recursive"))
y <- as.numeric(X %*% beta + e)
cat("data", object.size(X) / 2^20, "MiB\n")

rho <- 0.5
for (it in 1:3) {
    Xw <- X[-1, ] - rho * X[-n, ]
    yw <- y[-1] - rho * y[-n]
    fit <- qr(Xw)
    b <- qr.coef(fit, yw)
    r <- y - as.numeric(X %*% b)
    rho <- sum(r[-1] * r[-n]) / sum(r^2)
    cat("iteration", it, "rho", round(rho, 4), "\n")
}

Q <- qr.Q(fit)
leverage <- rowSums(Q^2)
res <- qr.resid(fit, yw) / sqrt(1 - leverage)

# resampled residuals of all replicates, then all fits in one go
draws <- matrix(0, length(res), B)
for (k in seq_len(B)) {
    draws[, k] <- sample(res, replace = TRUE)
    if (k %% 50 == 0) Sys.sleep(0.1)
}
coefs <- crossprod(Q, draws)
se <- apply(backsolve(qr.R(fit), coefs), 1, sd)
cat("largest t", max(abs(b / se)), "\n")
