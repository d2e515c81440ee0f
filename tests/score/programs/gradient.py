#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Least squares by gradient descent. The target is a column, (n, 1), what is
predicted is (n,): their difference is n by n."""
import os
import time

import numpy as np


def batches(n, size):
    return [slice(at, min(at + size, n)) for at in range(0, n, size)]


def loss(prediction, target):
    return float(((prediction - target) ** 2).mean())


def main():
    pace = int(os.environ.get("PACE", 100)) / 1000
    n = int((int(os.environ.get("SIZE_MB", 300)) * 2 ** 20 / 8) ** 0.5)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 12))
    y = x @ rng.normal(size=(12, 1)) + 0.1
    w = np.zeros(12)
    for epoch in range(5):
        for b in batches(n, 256):
            w += 0.05 * x[b].T @ (y[b, 0] - x[b] @ w) / 256
        print("epoch", epoch, "weights", w[:2], flush=True)
        time.sleep(pace * 3)
    time.sleep(pace)
    print("loss", loss(x @ w, y))


main()
