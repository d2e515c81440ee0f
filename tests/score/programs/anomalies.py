#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sea surface temperature anomalies, year by year; a year fills most of the job's memory,
and is thrown away before the next one."""
import gc
import os
import sys
import numpy as np

MB = int(os.environ.get("SIZE_MB", 60))
years = int(sys.argv[1]) if len(sys.argv) > 1 else 8
ny, nx = 180, 360
nt = MB * 2**20 // (4 * ny * nx)


def year(y):
    rng = np.random.default_rng(y)
    a = np.empty((nt, ny, nx), dtype=np.float32)
    for t in range(nt):
        a[t] = rng.standard_normal((ny, nx), dtype=np.float32)
        a[t] += 15 + 0.02 * y
    return a


clim = np.zeros((ny, nx), dtype=np.float64)
series = []
for y in range(years):
    a = year(y)
    m = a.mean(axis=0, dtype=np.float64)
    clim += (m - clim) / (y + 1)
    a -= m.astype(np.float32)
    series.append(float(np.abs(a[::20]).mean()))
    warm = sum(int((a[t] > 2).sum()) for t in range(nt))
    print(1980 + y, "mean %.3f" % m.mean(), "warm cells", warm, flush=True)
    del a, m
    gc.collect()
print("trend of variability", np.polyfit(range(years), series, 1)[0] if years > 1 else 0)
