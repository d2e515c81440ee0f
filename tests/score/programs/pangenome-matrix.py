# SPDX-License-Identifier: GPL-2.0-or-later
"""Pangenome: gene presence per genome, shared-gene distances, a nearest-neighbour tree."""
import os
import time

import numpy as np

GENOMES = int(os.environ.get("SIZE_MB", "2600"))
PACE = float(os.environ.get("PACE", "10")) / 1000
GENES = 8000
rng = np.random.default_rng(11)


def call_presence(table):
    core = rng.random(GENES) < 0.3
    for g in range(GENOMES):
        table[g] = core | (rng.random(GENES) < 0.05)
        if g % 100 == 99:
            time.sleep(PACE)


def distances(table, dist, step=100):
    size = table.sum(axis=1, dtype=np.float32)
    sample = rng.choice(GENES, 400, replace=False)
    probe = table[:, sample].astype(np.float32)
    for a in range(0, GENOMES, step):
        both = probe[a:a + step] @ probe.T * (GENES / 400)
        union = size[a:a + step, None] + size[None, :] - both
        dist[a:a + step] = 1 - both / union
        time.sleep(PACE)


def join_tree(dist):
    """Prim's tree over a work copy whose diagonal is masked."""
    work = dist.copy()
    np.fill_diagonal(work, np.inf)
    best = work[0].copy()
    used = np.zeros(GENOMES, bool)
    used[0] = True
    total = 0.0
    for _ in range(GENOMES - 1):
        best[used] = np.inf
        nxt = int(best.argmin())
        total += float(best[nxt])
        used[nxt] = True
        np.minimum(best, work[nxt], out=best)
    return total


presence = np.zeros((GENOMES, GENES), np.uint8)
dist = np.zeros((GENOMES, GENOMES), np.float32)
call_presence(presence)
distances(presence, dist)
print("tree length %.3f over %d genomes" % (join_tree(dist), GENOMES))
