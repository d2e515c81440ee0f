#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A shared table in /dev/shm, mapped and filled."""
import mmap
import os
import time

size = int(os.environ.get("SIZE_MB", 100)) << 20
pace = int(os.environ.get("PACE", 30)) / 1000
os.makedirs(os.environ["S"])
with open(os.environ["S"] + "/table", "w+b") as f:
    f.truncate(size)
    table = mmap.mmap(f.fileno(), size)
    block = os.urandom(4096) * 256
    for at in range(0, size, len(block)):
        table[at:at + len(block)] = block
        time.sleep(pace)
print("table ready")
