#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Quality control of station data: read in chunks 'to save memory', checked
chunk by chunk, but every chunk is kept for one frame at the end."""
import os
import sys
import time

import pandas as pd

pace = int(os.environ.get("PACE", "50")) / 1000
names = sys.argv[1:]


def check(chunk):
    chunk["bad"] = (chunk["temp"].abs() > 45) | chunk["lat"].isna()
    chunk["hour"] = chunk["time"].str.slice(11, 13).astype("int8")
    return chunk


def load():
    good = []
    for name in names:
        for chunk in pd.read_csv(name, chunksize=20000):
            chunk = check(chunk)
            good.append(chunk[~chunk["bad"]])
            time.sleep(pace)
    return good


def summary(parts):
    total = sum(len(p) for p in parts)
    hourly = sum(p.groupby("hour")["temp"].sum() for p in parts)
    return total, hourly / total


def main():
    parts = load()
    total, hourly = summary(parts)
    words = {s for p in parts for s in p["station"].unique()}
    print(total, "rows of", len(words), "stations, warmest hour", hourly.idxmax())


main()
