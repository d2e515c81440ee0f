#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Conjunctions of satellites: each worker of a pool builds its own ephemeris table
in its initializer, then screens pairs against it."""
import multiprocessing
import os
import time

import numpy as np

workers = int(os.environ.get("WORKERS", "4"))
objects = int(os.environ.get("OBJECTS", "500"))
minutes = int(os.environ.get("MINUTES", "5700"))
table = None


def ephemeris(rng):
    out = np.empty((objects, minutes, 3), dtype=np.float32)
    t = np.arange(minutes) / 95.0 * 2 * np.pi
    for k in range(objects):
        a, tilt, phase = rng.uniform(6.8, 7.6), rng.uniform(0, np.pi), rng.uniform(0, 6.28)
        out[k, :, 0] = a * np.cos(t + phase)
        out[k, :, 1] = a * np.sin(t + phase) * np.cos(tilt)
        out[k, :, 2] = a * np.sin(t + phase) * np.sin(tilt)
        if k % 8 == 0:
            time.sleep(0.02)
    return out


def prepare():
    global table
    table = ephemeris(np.random.default_rng(1))


def screen(k):
    best = 1e9
    for other in range(0, objects, 10):
        if other != k:
            best = min(best, float(((table[k] - table[other]) ** 2).sum(1).min()))
    return best ** 0.5


if __name__ == "__main__":
    with multiprocessing.Pool(workers, initializer=prepare) as pool:
        near = pool.map(screen, range(0, objects, 8), chunksize=4)
    print("%d objects screened, closest approach %.1f km" % (len(near), min(near) * 1000))
