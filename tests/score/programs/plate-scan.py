#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plates of a screen, one process for each quarter; the wells' images are smoothed and compared."""
import multiprocessing as mp
import os
import sys
import numpy as np


def smooth(a):
    b = a.copy()
    b[1:-1, 1:-1] = (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[1:-1, 1:-1]) / 5
    return b


def quarter(plate, wells, out):
    rng = np.random.default_rng(plate)
    images = []
    for w in range(wells):
        image = rng.random((256, 256))
        for _ in range(12):
            image = smooth(image)
        images.append(image)
    mean = sum(images) / wells
    worst = max(range(wells), key=lambda w: float(np.abs(images[w] - mean).max()))
    out.put((plate, worst))


def main():
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    wells = int(os.environ.get("SIZE_MB", "36")) * 2
    out = mp.Queue()
    team = [mp.Process(target=quarter, args=(k, wells, out)) for k in range(processes)]
    for p in team:
        p.start()
    found = dict(out.get() for p in team)
    for p in team:
        p.join()
    print("outliers:", sorted(found.items()))


main()
