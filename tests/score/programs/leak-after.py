#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads its input, and keeps it or not (KEEP); then a loop that only adds."""
import os
import sys
import time

pace = int(os.environ.get("PACE", 40)) / 1000
each = int(os.environ.get("EACH", 8000))
keep = os.environ.get("KEEP") == "yes"


def read(path):
    lines, total = [], 0
    with open(path) as f:
        for n, line in enumerate(f):
            total += len(line)
            if keep:
                lines.append(line)
            if n % 20000 == 0:
                time.sleep(pace)
    print(total, "characters read")
    return lines


def iterate():
    results = []
    while True:
        results.append([float(n) for n in range(each)])
        time.sleep(pace)


lines = read(sys.argv[1])
iterate()
