#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Line by line, but all of them kept. With PACE: slow, as over a network."""
import gzip
import os
import sys
import time

pace = int(os.environ.get("PACE", 0))
keep = {}
opener = gzip.open if sys.argv[1].endswith(".gz") else open
with opener(sys.argv[1], "rt") as f:
    for n, line in enumerate(f):
        keep[n] = line.rstrip().split(",")
        if pace and n % 1000 == 0:
            time.sleep(pace / 1000)
print(len(keep), "lines")
