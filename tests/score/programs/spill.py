#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""spill.py FOLDER: an external sort that spills its runs into temporary files."""
import heapq
import os
import pickle
import random
import sys
import tempfile
import time


def runs(megabytes, pace):
    rng = random.Random(5)
    spilled = []
    size = 0
    while size < megabytes << 20:
        run = sorted(rng.randbytes(40) for _ in range(20000))
        f = tempfile.TemporaryFile(prefix="run-")
        for at in range(0, len(run), 500):
            pickle.dump(run[at:at + 500], f)
        size += f.tell()
        spilled.append(f)
        time.sleep(pace)
    return spilled


def records(f):
    f.seek(0)
    while True:
        try:
            yield from pickle.load(f)
        except EOFError:
            return


tempfile.tempdir = sys.argv[1]
os.makedirs(tempfile.tempdir, exist_ok=True)
spilled = runs(int(os.environ.get("SIZE_MB", 110)), int(os.environ.get("PACE", 40)) / 1000)
print(len(spilled), "runs", flush=True)
for number, record in enumerate(heapq.merge(*map(records, spilled))):
    if number == 1000:
        print(record.hex())
        break
