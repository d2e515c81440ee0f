# SPDX-License-Identifier: GPL-2.0-or-later
"""Lorenz-96 members until their spread no longer changes.

After the spin-up each state goes to the trajectory, for the plots.
"""
import os
import sys

import numpy as np

MEMBERS, VARIABLES = 20, 400
SPINUP = int(os.environ.get("SPINUP", "6000"))
QUOTA = 640e6           # what may be written to the project's disk


def slope(x, forcing=8.0):
    return (np.roll(x, -1, 1) - np.roll(x, 2, 1)) * np.roll(x, 1, 1) - x + forcing


def step(x, dt=0.01):
    k1 = slope(x)
    k2 = slope(x + dt / 2 * k1)
    k3 = slope(x + dt / 2 * k2)
    k4 = slope(x + dt * k3)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


class Trajectory:
    def __init__(self):
        self.states = []
        self.spread = []

    def bytes(self):
        return sum(s.nbytes for s in self.states[:1]) * len(self.states)

    def record(self, x):
        self.states.append(x.copy())
        self.spread.append(float(x.std(axis=0).mean()))


def main():
    rng = np.random.default_rng(3)
    x = 8 + rng.normal(0, 1, (MEMBERS, VARIABLES))
    for _ in range(SPINUP):
        x = step(x)
    trajectory = Trajectory()
    change = 1.0
    while change > 1e-12 and trajectory.bytes() < QUOTA:
        for _ in range(2):
            x = step(x)
        trajectory.record(x)
        if len(trajectory.spread) > 1:
            change = abs(trajectory.spread[-1] - trajectory.spread[-2])
    print("steps %d, spread %.4f" % (len(trajectory.spread), trajectory.spread[-1]))
    sys.exit(0)


main()
