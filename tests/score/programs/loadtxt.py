#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A matrix of numbers from a text file."""
import os
import sys
import time

import numpy as np

time.sleep(int(os.environ.get("PACE", 0)) / 1000)
m = np.loadtxt(sys.argv[1])
print(m.shape, m.mean())
