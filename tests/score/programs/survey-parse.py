# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of a survey by tag: the mean of their values, and how many passed."""
import collections
import json
import sys
import time


def read_survey(path):
    with open(path) as f:
        return json.load(f)


def by_tag(samples):
    groups = collections.defaultdict(lambda: [0, 0, 0.0])
    for s in samples:
        for tag in s["tags"]:
            g = groups[tag]
            g[0] += 1
            g[1] += s["ok"]
            g[2] += sum(s["values"]) / len(s["values"])
    return groups


if __name__ == "__main__":
    print("configuration read")
    time.sleep(0.5)
    survey = read_survey(sys.argv[1])
    for tag, (n, ok, total) in sorted(by_tag(survey).items()):
        print(f"{tag:4} {n:8} {ok / n:.3f} {total / n:.4f}")
