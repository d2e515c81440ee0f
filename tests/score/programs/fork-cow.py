#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Forks once the objects are loaded. The children only read them: each look
changes the object's reference count, and the page is copied."""
import gc
import os
import sys
import time

size = int(os.environ.get("SIZE_MB", 40))
pace = int(os.environ.get("PACE", 10))
objects = [("station", n, float(n)) for n in range(size * 1024 * 1024 // 130)]
children = []
for c in range(int(sys.argv[1])):
    pid = os.fork()
    if pid == 0:
        total = 0
        for n, (_, key, value) in enumerate(objects):
            total += value
            if n % 5000 == 0:
                time.sleep(pace / 1000)
        gc.collect()
        time.sleep(pace / 10)
        os._exit(0)
    children.append(pid)
bad = 0
for pid in children:
    bad += os.waitpid(pid, 0)[1] != 0
print("children that failed:", bad)
