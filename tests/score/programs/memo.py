#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ray tracing with a memo table: each key is computed once. The table is full
after a while, and then stays as it is."""
import os
import random
import time

size = int(os.environ.get("SIZE_MB", 80))
pace = int(os.environ.get("PACE", 2))
keys = size * 1024 * 1024 // 6200
random.seed(7)
memo = {}


def energy(key):
    if key not in memo:
        memo[key] = b"x" * 6000 + bytes(key % 7)
    return memo[key]


for step in range(keys * 3 // 100):
    for _ in range(100):
        energy(random.randrange(keys))
    if pace:
        time.sleep(pace / 1000)
print("table holds", len(memo))
