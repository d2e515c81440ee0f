#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CSV to newline-delimited JSON: usage export-rows.py IN.csv OUT.ndjson"""
import csv
import json
import os
import sys
import time

PACE = int(os.environ.get("PACE", 0)) / 1000


def paced(lines):
    for number, line in enumerate(lines):
        if PACE and number % 2000 == 0:
            time.sleep(PACE)
        yield line


def main(source, target):
    with open(source, newline="") as f:
        rows = list(csv.DictReader(paced(f)))
    rows.sort(key=lambda row: (row["station"], row["time"]))
    with open(target, "w") as f:
        for row in rows:
            f.write(json.dumps(row) + "\n")
    print(len(rows), "rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
