#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tracks of drifting buoys: all fixes by station, then the length of each track."""
import csv
import math
import sys
import time

PAUSE = int(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0


def fixes(name):
    with open(name, newline="") as f:
        for n, row in enumerate(csv.DictReader(f)):
            yield row
            if PAUSE and n % 2000 == 0:
                time.sleep(PAUSE)


def by_station(name):
    tracks = {}
    for row in fixes(name):
        if row["flag"] != "ok":
            continue
        tracks.setdefault(row["station"], []).append(row)
    return tracks


def haversine(a, b):
    la, lb = math.radians(float(a["lat"])), math.radians(float(b["lat"]))
    d = math.radians(float(b["lon"]) - float(a["lon"]))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(d / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


def main():
    tracks = by_station(sys.argv[1])
    longest = max(tracks, key=lambda s: len(tracks[s]))
    track = sorted(tracks[longest], key=lambda r: r["time"])[:2000]
    length = sum(haversine(a, b) for a, b in zip(track, track[1:]))
    print(len(tracks), "buoys;", longest, "drifted %.0f km" % length)


main()
