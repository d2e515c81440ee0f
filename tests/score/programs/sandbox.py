#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries the fast way in memory; the limit that it has set for itself refuses;
it goes on with the slow way, and succeeds."""
import resource
import sys
import time

resource.setrlimit(resource.RLIMIT_DATA, (70 << 20, 70 << 20))


def fast(n):
    table = []
    for k in range(n):
        table.append([k * i % 97 for i in range(4000)])
        if k % 40 == 0:
            time.sleep(0.02)
    return sum(map(sum, table))


def slow(n):
    return sum(k * i % 97 for k in range(n) for i in range(4000))


try:
    print("fast:", fast(4000))
except MemoryError as e:
    print("MemoryError, falling back:", e, file=sys.stderr)
    print("slow:", slow(300))
