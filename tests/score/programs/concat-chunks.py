#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the observations "in chunks, to save memory", and then concatenates."""
import os
import sys
import time

import pandas as pd


def observations(path):
    parts = []
    for part in pd.read_csv(path, chunksize=25000):
        part = part[part["flag"] == "ok"]
        part = part.assign(hour=part["time"].str.slice(11, 13))
        parts.append(part)
        time.sleep(int(os.environ.get("PACE", 20)) / 1000)
    return pd.concat(parts, ignore_index=True)


frame = observations(sys.argv[1])
print(frame.groupby("hour")["temp"].agg(["mean", "std"]).head())
