# SPDX-License-Identifier: GPL-2.0-or-later
"""Match the tiles of a survey against a reference sky: each worker sets up its
own copy of the reference when it starts."""
import multiprocessing as mp
import os
import sys
import time

import numpy as np

reference = None


def load_reference(mib):
    global reference
    rng = np.random.default_rng(4)
    rows = []
    for _ in range(mib):
        rows.append(rng.random((64, 2048)))       # 1 MiB of the sky
        time.sleep(0.02)
    reference = rows


def match(tile):
    rng = np.random.default_rng(tile)
    patch = rng.random(2048)
    best = max(float((strip @ patch).max()) for strip in reference)
    return tile, best, os.getpid()


if __name__ == "__main__":
    workers = int(sys.argv[1])
    mib = int(os.environ.get("SIZE_MB", "20"))
    with mp.Pool(workers, load_reference, (mib,)) as pool:
        done = pool.map(match, range(48), chunksize=3)
    print(len(done), "tiles by", len({p for _, _, p in done}), "workers, best", max(b for _, b, _ in done))
