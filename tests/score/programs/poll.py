#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Watches a file of results that a simulation rewrites: reads its first rows every
now and then, and remembers each reading by the time it was made."""
import os
import sys
import time

HISTORY = {}


def reading(path):
    with open(path) as f:
        head = f.readline().rstrip().split(",")
        rows = [f.readline().rstrip().split(",") for _ in range(int(os.environ.get("EACH", 500)))]
    return head, rows


def changed(now, before):
    return before is None or any(a != b for a, b in zip(now, before))


def watch(path, pace):
    before = None
    while len(HISTORY) < 30000:
        head, rows = reading(path)
        HISTORY[time.time_ns()] = rows
        if changed(rows, before):
            print("new results:", len(rows), "of", head[0], flush=True)
        before = rows
        time.sleep(pace)


watch(sys.argv[1], int(os.environ.get("PACE", 50)) / 1000)
