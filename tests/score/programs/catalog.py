#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources of a sky survey, one task for each field. One of the fields is in the
plane of the Milky Way."""
import os
import random
import time

FIELDS = {"pole": 9000, "cosmos": 12000, "bulge": 280000, "deep": 14000, "m31": 20000}


class Source:
    def __init__(self, rng, field, number):
        self.name = f"{field}-{number:06d}"
        self.ra, self.dec = rng.uniform(0, 360), rng.gauss(0, 30)
        self.flux = [rng.random() for _ in range(5)]
        self.neighbour = None


def extract(field, count, pace):
    rng = random.Random(field)
    sources = []
    for number in range(count):
        sources.append(Source(rng, field, number))
        sources[-1].neighbour = sources[number // 2]
        if number % 2000 == 0:
            time.sleep(pace)
    return sources


def main():
    rank = int(os.environ["SLURM_PROCID"])
    field = list(FIELDS)[rank % len(FIELDS)]
    sources = extract(field, FIELDS[field], int(os.environ.get("PACE", 60)) / 1000)
    open(f"{field}.ready", "w").close()
    deadline = time.monotonic() + 40
    for other in list(FIELDS)[:int(os.environ["SLURM_NTASKS"])]:
        while not os.path.exists(f"{other}.ready") and time.monotonic() < deadline:
            time.sleep(0.3)
    print(field, len(sources), max(s.flux[0] for s in sources))


main()
