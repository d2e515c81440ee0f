# SPDX-License-Identifier: GPL-2.0-or-later
"""Assigns reads to genomes: each worker of the pool builds the index of k-mers itself."""
import os
import random
from multiprocessing import Pool

K = 15
index = {}


def genome(n, length):
    rng = random.Random(n)
    return "".join(rng.choice("ACGT") for _ in range(length))


def build(genomes, length):
    for g in range(genomes):
        seq = genome(g, length)
        for at in range(len(seq) - K):
            index.setdefault(seq[at:at + K], []).append(g)


def assign(seed):
    rng = random.Random(seed)
    g = rng.randrange(6)
    votes = {}
    for _ in range(50):
        kmer = "".join(rng.choice("ACGT") for _ in range(K))
        for hit in index.get(kmer, ()):
            votes[hit] = votes.get(hit, 0) + 1
    return max(votes, key=votes.get) if votes else g


def main():
    length = int(os.environ.get("GENOME", 40000))
    workers = int(os.environ.get("WORKERS", 3))
    with Pool(workers, initializer=build, initargs=(6, length)) as pool:
        calls = pool.map(assign, range(600), chunksize=20)
    print({g: calls.count(g) for g in sorted(set(calls))})


if __name__ == "__main__":
    main()
