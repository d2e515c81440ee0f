#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tilefit.py TILE: a surface through the soundings of one tile."""
import os
import sys
import time

import numpy as np

tile = int(sys.argv[1])
n = int(os.environ.get("SIZE_MB", 24)) * 2 ** 20 // 8 // 21
rng = np.random.default_rng(tile)
x, y = rng.uniform(-1, 1, (2, n))
basis = np.empty((n, 21))
column = 0
for total in range(6):
    for k in range(total + 1):
        basis[:, column] = x ** (total - k) * y ** k
        column += 1
    time.sleep(int(os.environ.get("PACE", 200)) / 1000)
depth = 40 + basis @ rng.normal(size=21)
coefficients = np.linalg.solve(basis.T @ basis, basis.T @ depth)
time.sleep(1)
print(tile, np.abs(depth - basis @ coefficients).max())
