# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds spikes in a detector's signal, window by window, as long as the run lasts."""
import os
import sys
import time

import numpy as np

PACE = int(os.environ.get("PACE", 30)) / 1000
LIMIT = 640 << 20


class Detector:
    def __init__(self, channels=32, length=2048):
        self.rng = np.random.default_rng(11)
        self.shape = channels, length
        self.baseline = np.zeros(channels)

    def window(self):
        w = self.rng.normal(size=self.shape)
        w[self.rng.integers(self.shape[0]), self.rng.integers(100, 1900)] += 9
        return w

    def calibrate(self, n):
        for _ in range(n):
            w = self.window()
            self.baseline += w.mean(axis=1) / n
            time.sleep(PACE)


def spikes(window):
    """The samples around each spike, as (channel, position, shape)."""
    for ch, at in zip(*np.nonzero(window > 6)):
        yield int(ch), int(at), window[ch, max(0, at - 8):at + 8]


def record(detector, runtime):
    found = []
    seen = 0
    end = time.time() + runtime
    while time.time() < end and seen < LIMIT:
        w = detector.window()
        w -= detector.baseline[:, None]
        seen += w.nbytes
        found.extend(spikes(w))
        time.sleep(PACE)
    return found


if __name__ == "__main__":
    runtime = float(sys.argv[1]) if len(sys.argv) > 1 else 86400
    detector = Detector()
    detector.calibrate(60)
    found = record(detector, runtime)
    print(len(found), "spikes, mean height %.3f" % np.mean([s.max() for _, _, s in found]))
