#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tracking of a beam over turns; a monitor keeps the first particles of each turn
for a plot ('only 16 of them'), as a view: that keeps the whole turn."""
import os
import time

import numpy as np

particles = int(os.environ.get("PARTICLES", "20000"))
turns = int(os.environ.get("TURNS", "1400"))
pace = int(os.environ.get("PACE", "15")) / 1000
rng = np.random.default_rng(7)


class Monitor:
    def __init__(self):
        self.traces = []

    def record(self, bunch):
        self.traces.append(bunch[:, :16])


def turn(bunch, tune):
    """One turn of the ring: rotation in phase space and a weak sextupole."""
    c, s = np.cos(2 * np.pi * tune), np.sin(2 * np.pi * tune)
    x = c * bunch[0] + s * bunch[1]
    xp = -s * bunch[0] + c * bunch[1] + 0.01 * x * x
    return np.stack([x, xp, bunch[2]])


def main():
    bunch = rng.normal(0, 1e-3, (3, particles))
    monitor = Monitor()
    lost = 0
    for n in range(turns):
        bunch = turn(bunch, 0.31 + 1e-5 * n)
        lost += int((abs(bunch[0]) > 4.5e-3).sum())
        monitor.record(bunch)
        if n % 100 == 0:
            print("turn", n, "spread %.3e" % bunch[0].std(), flush=True)
        time.sleep(pace)
    print("lost", lost, "traces", len(monitor.traces))


main()
