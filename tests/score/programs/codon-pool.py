# SPDX-License-Identifier: GPL-2.0-or-later
"""Codon usage by gene: each process of the pool builds its own table of pairs at its start."""
import multiprocessing as mp
import os
import random
import time

PAIRS = int(os.environ.get("SIZE_MB", "20")) * 8000
PACE = float(os.environ.get("PACE", "5")) / 1000
TABLE = None


def build_table():
    global TABLE
    rng = random.Random(6)
    TABLE = {}
    for n in range(PAIRS):
        key = "%s%06d" % ("ACGT"[n & 3], n)
        TABLE[key] = rng.random()
        if n % 8000 == 0:
            time.sleep(PACE)


def score(gene):
    rng = random.Random(gene)
    total = 0.0
    for _ in range(3000):
        n = rng.randrange(PAIRS)
        total += TABLE["%s%06d" % ("ACGT"[n & 3], n)]
    return gene, total / 3000


if __name__ == "__main__":
    with mp.Pool(int(os.environ.get("WORKERS", "4")), initializer=build_table) as pool:
        results = dict(pool.imap_unordered(score, range(60)))
    best = max(results, key=results.get)
    print("%d genes, best %d with %.4f" % (len(results), best, results[best]))
