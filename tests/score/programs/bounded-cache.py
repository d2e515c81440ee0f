#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Spherical harmonics with a cache that grows for a while, and then is full."""
import functools
import math
import os
import time


@functools.lru_cache(maxsize=int(os.environ.get("CACHE", 400)))
def legendre(degree, bins=2000):
    values = []
    for b in range(bins):
        x = math.cos(math.pi * b / bins)
        p, q = 1.0, x
        for k in range(1, degree % 7):
            p, q = q, ((2 * k + 1) * x * q - k * p) / (k + 1)
        values.append(q)
    return values


total = 0.0
for step in range(1000):
    total += sum(legendre(step))
    if step % 10 == 0:
        time.sleep(int(os.environ.get("PACE", 40)) / 1000)
print(f"{total:.6f}", legendre.cache_info())
