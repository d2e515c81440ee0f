#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Coordinate descent for a lasso path over simulated expression profiles."""
import os
import time

import numpy as np

n = int(os.environ.get("SAMPLES", "4000"))
p = int(os.environ.get("GENES", "1500"))
pace = int(os.environ.get("PACE", "20")) / 1000


def simulate(rng):
    x = np.empty((n, p))
    for lo in range(0, n, 200):
        x[lo:lo + 200] = rng.standard_normal((min(200, n - lo), p))
        time.sleep(pace)
    beta = np.zeros(p)
    beta[rng.choice(p, 25, replace=False)] = rng.normal(0, 2, 25)
    return x, x @ beta + rng.standard_normal(n)


def standardise(x):
    """A scaled copy; the original is needed for the prediction later."""
    z = np.empty_like(x)
    for j in range(0, p, 100):
        part = x[:, j:j + 100]
        z[:, j:j + 100] = (part - part.mean(0)) / part.std(0)
        time.sleep(pace / 2)
    return z


def descend(gram, xty, lam, beta, sweeps=2):
    for _ in range(sweeps):
        for j in range(len(beta)):
            r = xty[j] - gram[j] @ beta + gram[j, j] * beta[j]
            beta[j] = np.sign(r) * max(abs(r) - lam, 0) / gram[j, j]
    return beta


def main():
    rng = np.random.default_rng(5)
    x, y = simulate(rng)
    z = standardise(x)
    gram = z.T @ z / n
    xty = z.T @ (y - y.mean()) / n
    path = []
    beta = np.zeros(p)
    for lam in np.geomspace(abs(xty).max(), 0.05, 12):
        beta = descend(gram, xty, lam, beta)
        path.append(int((beta != 0).sum()))
    fit = np.corrcoef(x @ (beta / x.std(0)), y)[0, 1]
    print("active set along the path", path, "fit %.3f" % fit)


main()
