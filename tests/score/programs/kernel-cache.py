# SPDX-License-Identifier: GPL-2.0-or-later
"""SVM-like solver: rows of the kernel matrix are computed when asked for, the
latest are kept, as many as the cache may hold.

usage: kernel-cache.py ROWS CACHE_MB ITERATIONS
"""
import collections
import sys

import numpy as np


class KernelCache:
    def __init__(self, x, megabytes):
        self.x = x
        self.norms = (x * x).sum(1)
        self.rows = collections.OrderedDict()
        self.most = megabytes * 2**20 // (8 * len(x))
        self.misses = 0

    def row(self, i):
        if i in self.rows:
            self.rows.move_to_end(i)
            return self.rows[i]
        self.misses += 1
        if len(self.rows) >= self.most:
            self.rows.popitem(last=False)
        d = self.norms + self.norms[i] - 2 * self.x @ self.x[i]
        self.rows[i] = np.exp(-0.05 * d)
        return self.rows[i]


def main():
    n, megabytes, iterations = (int(a) for a in sys.argv[1:4])
    rng = np.random.default_rng(14)
    x = rng.normal(0, 1, (n, 12))
    y = np.where(x[:, 0] * x[:, 1] > 0, 1.0, -1.0)
    cache = KernelCache(x, megabytes)
    alpha = np.zeros(n)
    gradient = -np.ones(n)
    for _ in range(iterations):
        i = int(rng.integers(n)) if rng.random() < 0.7 else int(gradient.argmin())
        change = np.clip(alpha[i] - gradient[i], 0, 1) - alpha[i]
        alpha[i] += change
        gradient += change * y[i] * y * cache.row(i)
    print("support vectors %d, misses %d of %d" % ((alpha > 0).sum(), cache.misses, iterations))


main()
