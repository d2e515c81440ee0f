# SPDX-License-Identifier: GPL-2.0-or-later
"""One table of all seasons, then anomalies by station.

usage: season-stack.py FILE.csv...
"""
import sys

import pandas as pd


def load(paths):
    seasons = []
    for number, path in enumerate(paths):
        season = pd.read_csv(path)
        season["season"] = number
        season["warm"] = season["temp"] > 20
        seasons.append(season)
        print(path.rsplit("/", 1)[-1], len(season), "rows", flush=True)
    return pd.concat(seasons, ignore_index=True)


def anomalies(table):
    normal = table.groupby("station")["temp"].mean()
    return table["temp"] - table["station"].map(normal)


def main():
    table = load(sys.argv[1:])
    anomaly = anomalies(table)
    print("rows %d, largest anomaly %.2f, wet %.3f" % (
        len(table), anomaly.abs().max(), (table["rain"] > 0.5).mean()))


main()
