# SPDX-License-Identifier: GPL-2.0-or-later
"""Atom columns of a micrograph: refines the positions, then all pair distances."""
import os
import time

import numpy as np

N = int(os.environ.get("SIZE_MB", "2800"))
PACE = float(os.environ.get("PACE", "30")) / 1000
rng = np.random.default_rng(31)


def refine(pos, rounds):
    target = np.round(pos)
    for _ in range(rounds):
        pos = pos + 0.1 * (target - pos) + rng.normal(0, 0.01, pos.shape)
        time.sleep(PACE)
    return pos


def pair_distances(pos):
    delta = pos[:, None, :] - pos[None, :, :]
    return np.sqrt((delta ** 2).sum(axis=2))


def rdf(dist, bins=60):
    counts, _ = np.histogram(dist[0:200], bins=bins, range=(0.1, 12))
    return counts


columns = refine(rng.random((N, 3)) * 50, 40)
print("refined %d columns" % N, flush=True)
g = rdf(pair_distances(columns))
print("first peak in bin %d, %d pairs" % (g.argmax(), g.sum()))
