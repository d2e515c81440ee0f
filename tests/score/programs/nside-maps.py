# SPDX-License-Identifier: GPL-2.0-or-later
"""Sky maps at finer and finer resolution: what each level finds guides the next."""
import os
import time

import numpy as np

PACE = int(os.environ.get("PACE", 150)) / 1000
LEVELS = int(os.environ.get("LEVELS", 8))


def smooth(field):
    out = field.copy()
    out[1:] += field[:-1]
    out[:-1] += field[1:]
    return out / 3


def refine(coarse):
    """Twice the pixels in both directions, with detail added."""
    fine = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)
    fine += 0.01 * np.sin(np.arange(fine.shape[1]))
    return fine


def peaks(field, cut):
    return int((field > cut).sum())


def main():
    levels = [np.random.default_rng(3).normal(size=(16, 32))]
    found = []
    for n in range(LEVELS):
        levels.append(refine(levels[-1]))
        block = levels[-1]
        # smoothing goes by strips, which come and go
        strip = max(16, block.shape[0] // 16)
        for at in range(0, block.shape[0], strip):
            block[at:at + strip] = smooth(block[at:at + strip])
        found.append(peaks(block[:512], 1.0))
        time.sleep(PACE)
    power = [float(np.mean(level[:64] ** 2)) for level in levels]
    print("peaks", found, "power %.4f" % power[-1])


main()
