#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""All parts of a data set, file by file, into memory."""
import os
import sys
import time

pace = int(os.environ.get("PACE", 10)) / 1000
parts = {}
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as f:
        parts[name] = f.read()
    time.sleep(pace)
print(len(parts), "parts", sum(len(p) for p in parts.values()))
