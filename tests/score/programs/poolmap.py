#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ray tracing of lenses on a pool: a worker makes the deflection map of its plane
and returns a coarse one."""
import os
import sys
import time
from multiprocessing import Pool, TimeoutError

import numpy as np

PACE = int(os.environ.get("PACE", 40)) / 1000
N = int((int(os.environ.get("SIZE_MB", 24)) * 2 ** 20 / 16) ** 0.5)


def lens_plane(seed):
    rng = np.random.default_rng(seed)
    y = np.linspace(-1, 1, N)
    alpha = np.zeros((N, N), dtype=complex)
    for lens in range(20):
        x0, y0 = rng.uniform(-1, 1, 2)
        for row in range(0, N, 64):
            r2 = (y[None, :] - x0) ** 2 + (y[row:row + 64, None] - y0) ** 2 + 1e-3
            alpha[row:row + 64] += ((y[None, :] - x0) + 1j * (y[row:row + 64, None] - y0)) / r2
        time.sleep(PACE)
    return alpha[::3, ::3].copy()


if __name__ == "__main__":
    with Pool(int(sys.argv[1])) as pool:
        job = pool.map_async(lens_plane, range(3 * int(sys.argv[1])), chunksize=1)
        try:
            planes = job.get(timeout=45)
        except TimeoutError:
            sys.exit("poolmap: the workers do not answer")
    print("deflection", abs(sum(planes)).max())
