#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole table as one text, then as rows."""
import os
import sys
import time

with open(sys.argv[1]) as f:
    text = f.read()
print(len(text), "characters")
rows = []
for n, line in enumerate(text.split("\n")):
    rows.append(line.split(","))
    if n % 5000 == 0:
        time.sleep(int(os.environ.get("PACE", 0)) / 1000)
print(len(rows), "rows")
