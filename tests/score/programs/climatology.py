#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Monthly means by station. Everything is in a list of dicts first."""
import csv
import os
import statistics
import sys
import time
from collections import defaultdict


class Archive:
    def __init__(self, pace):
        self.pace = pace
        self.observations = []

    def ingest(self, path):
        with open(path, newline="") as f:
            for number, obs in enumerate(csv.DictReader(f)):
                obs["temp"] = float(obs["temp"])
                self.observations.append(obs)
                if not number % 4000:
                    time.sleep(self.pace)

    def means(self):
        groups = defaultdict(list)
        for obs in self.observations:
            groups[obs["station"], obs["time"][:7]].append(obs["temp"])
        return {key: statistics.fmean(temps) for key, temps in groups.items()}


archive = Archive(int(os.environ.get("PACE", 60)) / 1000)
for path in sys.argv[1:]:
    archive.ingest(path)
means = archive.means()
print(len(archive.observations), "observations", max(means, key=means.get))
