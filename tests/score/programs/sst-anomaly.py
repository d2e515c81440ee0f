#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sea surface temperature: the daily fields are written to arrays mapped from files in
/dev/shm, one per year, so that other tools can map them as well."""
import os
import shutil
import sys
import time

import numpy as np

years = int(os.environ.get("YEARS", "10"))
days = int(os.environ.get("DAYS", "73"))
shape = (180, 240)
folder = os.path.join(os.environ["S"], "sst-%d" % os.getpid())


def fill(year):
    name = os.path.join(folder, "sst-%d.npy" % year)
    out = np.lib.format.open_memmap(name, mode="w+", dtype="f4", shape=(days,) + shape)
    lat = np.linspace(-89.5, 89.5, shape[0])[:, None]
    rng = np.random.default_rng(year)
    for d in range(days):
        season = 8 * np.sin(2 * np.pi * d / days) * np.sign(lat)
        out[d] = 28 * np.cos(np.radians(lat)) + season + rng.normal(0, 0.5, shape)
        time.sleep(0.001)
    del out
    return name


def main():
    os.makedirs(folder)
    try:
        names = [fill(1990 + y) for y in range(years)]
        mean = sum(np.load(n, mmap_mode="r").mean(0) for n in names) / years
        last = np.load(names[-1], mmap_mode="r").mean(0) - mean
        print("mean %.2f C, largest anomaly %.2f K" % (mean.mean(), abs(last).max()))
    finally:
        shutil.rmtree(folder)


sys.exit(main())
