# SPDX-License-Identifier: GPL-2.0-or-later
"""Months by station: the table as text columns, cleaned, then pivoted."""
import sys

import pandas as pd


def load(paths):
    parts = []
    for path in paths:
        part = pd.read_csv(path, dtype=str)
        part["source"] = path
        parts.append(part)
    return parts


def pivot(parts):
    sums = None
    for part in parts:
        temp = pd.to_numeric(part["temp"])
        mean = temp.groupby([part["station"], part["time"].str.slice(8, 10)]).mean().unstack()
        sums = mean if sums is None else sums.add(mean, fill_value=0)
    return sums / len(parts)


frames = load(sys.argv[1:])
table = pivot(frames)
print("%d stations x %d days, overall mean %.3f" % (*table.shape, table.stack().mean()))
