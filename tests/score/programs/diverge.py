#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An integration that keeps its trajectory, diverges, and says so: exit status 1."""
import math
import os
import sys
import time

pace = int(os.environ.get("PACE", 40)) / 1000
trajectory = []
x = [0.1 * k for k in range(3000)]
for step in range(10000):
    x = [v * 1.01 + 1e308 * (step > 250) for v in x]
    trajectory.append(list(x))
    if math.isinf(x[-1]):
        print("diverged at step", step, file=sys.stderr)
        raise SystemExit(1)
    time.sleep(pace)
