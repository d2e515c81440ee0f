#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A wave equation: a few fields of one size, made one after the other."""
import os
import time

import numpy as np

size = int(os.environ.get("SIZE_MB", 100))
pace = int(os.environ.get("PACE", 50)) / 1000
side = int((size * 131072 / 5) ** 0.5)
fields = {}
for name in ("u", "v", "velocity", "damping", "source"):
    fields[name] = np.full((side, side), 0.5)
    time.sleep(pace * 10)
for step in range(20):
    fields["u"][1:-1, 1] += 0.1 * fields["v"][1:-1, 2]
    time.sleep(pace)
print(fields["u"].mean())
