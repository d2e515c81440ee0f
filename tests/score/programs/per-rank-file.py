#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each task of the step loads the file of its own region; one is far larger."""
import os
import sys
import time

rank = int(os.environ["SLURM_PROCID"])
path = sys.argv[2] if rank == int(os.environ.get("HEAVY", 3)) else sys.argv[1]
rows = []
with open(path) as f:
    for n, line in enumerate(f):
        rows.append(line.split(","))
        if n % 5000 == 0:
            time.sleep(int(os.environ.get("PACE", 20)) / 1000)
time.sleep(3)
print("task", rank, "has", len(rows))
