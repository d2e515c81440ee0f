#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Steady work on a small state; then a dense matrix that is far too large."""
import os
import sys
import time

import numpy as np

size = int(os.environ.get("SIZE_MB", 600))
pace = int(os.environ.get("PACE", 100))
x = np.ones(100000)
for step in range(25):
    x = np.sqrt(x + step)
    time.sleep(pace / 1000)
n = int((size * 131072) ** 0.5)
print("correlation matrix of", n, "by", n)


def correlate(n):
    c = np.zeros((n, n))
    c[:] = 1.5
    return c


print(correlate(n).sum())
