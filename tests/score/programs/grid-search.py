#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Forked processes, each with the features of its own part of the grid."""
import multiprocessing
import os
import sys
import time

size = int(os.environ.get("SIZE_MB", 20))
pace = int(os.environ.get("PACE", 30)) / 1000


def features(seed):
    rows = []
    for n in range(size * 8):
        rows.append([float(seed + n + k) for k in range(4000)])
        time.sleep(pace / 8)
    return rows


def fit(seed):
    rows = features(seed)
    time.sleep(pace * 40)
    print("score", sum(row[0] for row in rows))


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=fit, args=(n,)) for n in range(int(sys.argv[1]))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.exit(any(worker.exitcode for worker in workers))
