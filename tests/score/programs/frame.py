#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A table into a data frame."""
import os
import sys
import time

import pandas as pd

time.sleep(int(os.environ.get("PACE", 0)) / 1000)
df = pd.read_csv(sys.argv[1])
print(df.groupby("station").temp.mean().head())
