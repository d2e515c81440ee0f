#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# fibre tracking, one process per hemisphere/seed region. atlas is loaded by each worker
# because pickling it took longer
import multiprocessing as mp
import os
import sys
import numpy as np

MB = float(os.environ.get("SIZE_MB", 40))
regions = (sys.argv[1].split(",") if len(sys.argv) > 1 else
           ["lh-front", "lh-occ", "rh-front", "rh-occ", "cc", "brainstem", "cst", "slf"])
atlas = None


def load_atlas():
    global atlas
    side = int((MB * 2**20 / (4 * 6)) ** (1 / 3))
    rng = np.random.default_rng(0)
    a = np.empty((6, side, side, side), dtype=np.float32)
    for k in range(6):
        for z in range(side):
            a[k, z] = rng.standard_normal((side, side), dtype=np.float32)
    atlas = a


def track(region):
    rng = np.random.default_rng(sum(map(ord, region)))
    side = atlas.shape[1]
    total = 0
    for seed in range(150):
        p = rng.random(3) * (side - 1)
        for step in range(60):
            i, j, k = p.astype(int)
            d = atlas[:3, i, j, k]
            p = p + 0.5 * d / (np.linalg.norm(d) + 1e-6)
            if (p < 0).any() or (p >= side - 1).any():
                break
            total += 1
    return region, total


if __name__ == "__main__":
    nw = int(os.environ.get("WORKERS", 4))
    with mp.Pool(nw, initializer=load_atlas) as pool:
        for region, n in pool.imap_unordered(track, regions):
            print(region, n, flush=True)
