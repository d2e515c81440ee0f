#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cube of the detector's frames: every part is mapped and converted to float."""
import glob
import os
import sys
import time

import numpy as np

PACE = float(os.environ.get("PACE", "3")) / 1000


class Cube:
    def __init__(self):
        self.frames = []
        self.names = []

    def add(self, path):
        raw = np.memmap(path, dtype="<u2", mode="r")
        frame = raw.astype(np.float32)          # a copy, the map is closed
        frame -= np.median(frame[:4096])
        self.frames.append(frame)
        self.names.append(os.path.basename(path))

    def mean(self):
        total = np.zeros(len(self.frames[0]))
        for frame in self.frames:
            total += frame
        return total / len(self.frames)

    def brightest(self):
        sums = [float(f.sum()) for f in self.frames]
        return self.names[sums.index(max(sums))]


def main(folder):
    cube = Cube()
    for path in sorted(glob.glob(os.path.join(folder, "part-*.dat"))):
        cube.add(path)
        time.sleep(PACE)
    mean = cube.mean()
    print("frames %d mean %.2f max %.2f brightest %s" % (
        len(cube.frames), mean.mean(), mean.max(), cube.brightest()))


main(sys.argv[1])
