# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks a large table on disk: digest, rows and the extremes, a row at a time."""
import csv
import hashlib
import sys

path = sys.argv[1]
digest = hashlib.sha256()
with open(path, "rb") as f:
    while True:
        block = f.read(1 << 18)
        if not block:
            break
        digest.update(block)
low, high, rows = float("inf"), float("-inf"), 0
with open(path, newline="") as f:
    for row in csv.reader(f):
        if rows:
            temp = float(row[5])
            low, high = min(low, temp), max(high, temp)
        rows += 1
print("%s %d rows, %.2f to %.2f" % (digest.hexdigest()[:12], rows, low, high))
