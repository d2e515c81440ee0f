#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Intermediate results go to "fast scratch": /dev/shm."""
import os
import time

size = int(os.environ.get("SIZE_MB", 100))
pace = int(os.environ.get("PACE", 40))
folder = os.environ["S"]
os.makedirs(folder)
for n in range(size // 4):
    with open(f"{folder}/step-{n:04d}.npy", "wb") as f:
        f.write(os.urandom(4096) * 1024)
    time.sleep(pace / 1000)
print("steps", len(os.listdir(folder)))
