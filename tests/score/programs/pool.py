#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A pool of workers; each loads the station data for itself."""
import os
import sys
import time
from multiprocessing import Pool

size = int(os.environ.get("SIZE_MB", 20))
pace = int(os.environ.get("PACE", 20))
data = None


def load():
    global data
    data = []
    for _ in range(size):
        data.append(bytearray(os.urandom(1024)) * 1024)
        time.sleep(pace / 1000)


def score(item):
    time.sleep(pace / 100)
    return sum(data[item % len(data)][:100])


if __name__ == "__main__":
    with Pool(int(sys.argv[1]), initializer=load) as pool:
        print(sum(pool.map(score, range(60), chunksize=1)))
