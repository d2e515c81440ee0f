#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A job array in one step: each task works on its part and writes a file; task
0 then merges all of them in memory. (No MPI.)"""
import os
import time

rank = int(os.environ["SLURM_PROCID"])
ranks = int(os.environ["SLURM_NTASKS"])
size = int(os.environ.get("SIZE_MB", 25))
part = bytearray(os.urandom(1024)) * 1024 * 4
with open(f"part{rank}", "w") as f:
    f.write("done")
while rank == 0 and not all(os.path.exists(f"part{r}") for r in range(ranks)):
    time.sleep(0.1)
merged = []
if rank == 0:
    for r in range(ranks):
        for n in range(size):
            merged.append(bytearray(part[:1024]) * 1024)
            time.sleep(int(os.environ.get("PACE", 20)) / 1000)
    open("merged", "w").close()
while not os.path.exists("merged"):
    time.sleep(0.3)
print("task", rank, "has", len(part) + len(merged))
