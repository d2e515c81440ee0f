# SPDX-License-Identifier: GPL-2.0-or-later
"""Which configuration converged best?  usage: run-configs.py RUNS.json"""
import collections
import json
import sys


class Run:
    __slots__ = ("name", "ok", "mesh", "seed", "trace")

    def __init__(self, name, entry):
        self.name = name
        self.ok = entry["ok"]
        self.mesh = (entry["config"]["mesh"]["x"], entry["config"]["mesh"]["y"])
        self.seed = entry["config"]["seed"]
        self.trace = entry["trace"]

    def slope(self):
        n = len(self.trace)
        sx = sum(k for k, _ in self.trace)
        sy = sum(v for _, v in self.trace)
        sxy = sum(k * v for k, v in self.trace)
        sxx = sum(k * k for k, _ in self.trace)
        return (n * sxy - sx * sy) / (n * sxx - sx * sx)


def read_runs(path):
    with open(path) as f:
        entries = json.load(f)
    return [Run(name, entry) for name, entry in entries.items()]


def main():
    runs = read_runs(sys.argv[1])
    by_mesh = collections.defaultdict(list)
    for run in runs:
        if run.ok:
            by_mesh[run.mesh[1]].append(run.slope())
    best = min(by_mesh, key=lambda m: sum(by_mesh[m]) / len(by_mesh[m]))
    print("runs %d, ok %d, best mesh row %d" % (len(runs), sum(r.ok for r in runs), best))


if __name__ == "__main__":
    main()
