# SPDX-License-Identifier: GPL-2.0-or-later
"""Permutation test of gene expression: each process shuffles its own copy.

usage: permute-procs.py PROCESSES GENES
"""
import multiprocessing as mp
import sys

import numpy as np

SAMPLES = 300


def expression(genes):
    rng = np.random.default_rng(0)
    data = rng.gamma(2.0, 50.0, (genes, SAMPLES))
    data[: genes // 50, : SAMPLES // 2] *= 1.1
    return data


def t_statistic(data):
    a, b = data[:, : SAMPLES // 2], data[:, SAMPLES // 2:]
    return np.abs(a.mean(1) - b.mean(1)) / np.sqrt(a.var(1) + b.var(1))


def permute(data, number, rounds, out):
    rng = np.random.default_rng(100 + number)
    mine = data.copy()                      # the shuffle is in place
    observed = 0.12
    above = 0
    for _ in range(rounds):
        rng.shuffle(mine, axis=1)
        above += int((t_statistic(mine) > observed).sum())
    out[number] = above / rounds


def main():
    processes = int(sys.argv[1])
    data = expression(int(sys.argv[2]))
    out = mp.Array("d", processes)
    jobs = [mp.Process(target=permute, args=(data, n, 4, out)) for n in range(processes)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    if any(job.exitcode for job in jobs):
        print("lost:", [job.exitcode for job in jobs], file=sys.stderr)
        sys.exit(1)
    print("false positives a round: %s" % " ".join("%.1f" % x for x in out))


if __name__ == "__main__":
    main()
