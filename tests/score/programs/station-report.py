#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Monthly report. The types were a nuisance, so everything is a string."""
import argparse
import os
import time

import pandas as pd

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("csv")
parser.add_argument("--top", type=int, default=5)
args = parser.parse_args()

time.sleep(int(os.environ.get("PACE", 500)) / 1000)
df = pd.read_csv(args.csv, dtype=str, keep_default_na=False)
df["day"] = df["time"].str.slice(0, 10)
best = df.groupby("day").size().sort_values(ascending=False)
print(best.head(args.top))
