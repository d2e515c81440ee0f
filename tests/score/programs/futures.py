#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of objects is sent to each worker with its work, as pickles. No more
of them than there are workers: with one half written when a worker is killed,
this Python's executor waits for ever instead of raising BrokenProcessPool."""
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

size = int(os.environ.get("SIZE_MB", 6))
pace = int(os.environ.get("PACE", 20)) / 1000


def fit(table, seed):
    copies = []
    for n in range(8):
        copies.append([(a + seed, b) for a, b in table])
        time.sleep(pace * 10)
    return len(copies)


if __name__ == "__main__":
    table = [(n, float(n)) for n in range(size * 1024 * 1024 // 130 // 2)]
    with ProcessPoolExecutor(int(sys.argv[1])) as pool:
        futures = [pool.submit(fit, table, n) for n in range(int(sys.argv[1]))]
        print(sum(f.result() for f in futures))
