# SPDX-License-Identifier: GPL-2.0-or-later
"""Tomography: slices are reconstructed one by one into a volume on fast scratch.

usage: volume-memmap.py FOLDER SLICES
"""
import os
import shutil
import sys
import time

import numpy as np

SIDE = 512


def reconstruct(rng, z):
    y, x = np.ogrid[-1:1:SIDE * 1j, -1:1:SIDE * 1j]
    body = (x * x + y * y < 0.8 - 0.001 * z).astype(np.float32)
    body += rng.normal(0, 0.05, (SIDE, SIDE)).astype(np.float32)
    return body


def fill(path, slices):
    """The volume is larger than what we would like to hold, so it is a file."""
    volume = np.lib.format.open_memmap(path, "w+", np.float32, (slices, SIDE, SIDE))
    rng = np.random.default_rng(0)
    for z in range(slices):
        volume[z] = reconstruct(rng, z)
        time.sleep(0.005)
    volume.flush()


def main():
    folder = os.path.join(sys.argv[1], "tomo")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "volume.npy")
    fill(path, int(sys.argv[2]))
    volume = np.load(path, mmap_mode="r")
    profile = [float(volume[z].mean()) for z in range(0, len(volume), 10)]
    print("slices %d, first %.4f last %.4f" % (len(volume), profile[0], profile[-1]))
    del volume
    shutil.rmtree(folder)


main()
