#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Travel times between the stops of a bus network. The stops are cleaned one by one
(small); the matrix of all pairs is then made in one expression."""
import os
import time

import numpy as np

stops = int(os.environ.get("STOPS", "5500"))
rounds = int(os.environ.get("ROUNDS", "120"))


def draw_stops():
    rng = np.random.default_rng(20)
    centre = rng.uniform(0, 40, (25, 2))
    return centre[rng.integers(0, 25, stops)] + rng.normal(0, 2, (stops, 2))


def relax(xy):
    """Move stops that are too close together; a few neighbours each."""
    for r in range(rounds):
        order = np.argsort(xy[:, r % 2])
        gap = np.diff(xy[order, r % 2])
        push = np.where(gap < 1e-4, 1e-4, 0)
        xy[order[1:], r % 2] += push
        time.sleep(0.01)
    return xy


def pair_times(xy):
    minutes = np.zeros((stops, stops))
    minutes.fill(5.0)                       # waiting
    for k in range(0, stops, 500):
        d = xy[k:k + 500, None, 0] - xy[None, :, 0]
        minutes[k:k + 500] += abs(d) * 2.4
    return minutes


def main():
    xy = relax(draw_stops())
    minutes = pair_times(xy)
    print("mean time %.1f min, farthest %.1f min" % (minutes.mean(), minutes.max()))


main()
