#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a table in a stream; then a broadcast goes wrong: (n, 1) - (n,)."""
import os
import sys
import time

import numpy as np

n = int((int(os.environ.get("SIZE_MB", 400)) * 131072) ** 0.5)
pace = int(os.environ.get("PACE", 20)) / 1000
temp = []
with open(sys.argv[1]) as f:
    next(f)
    for k, line in enumerate(f):
        value = float(line.split(",")[5])
        if len(temp) < n:
            temp.append(value)
        if k % 5000 == 0:
            time.sleep(pace)
observed = np.array(temp)
model = observed.reshape(-1, 1) * 0.9
print("error", (observed - model).std())
