#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Trims reads by quality. fastq.gz in, statistics out."""
import gzip
import os
import sys
import time


class Read:
    def __init__(self, name, bases, quality):
        self.name = name
        self.bases = bases
        self.quality = [ord(c) - 33 for c in quality]

    def trimmed(self, threshold):
        end = len(self.bases)
        while end and self.quality[end - 1] < threshold:
            end -= 1
        return self.bases[:end]


def parse(path):
    pace = int(os.environ.get("PACE", 20)) / 1000
    with gzip.open(path, "rt") as handle:
        n = 0
        while True:
            name = handle.readline()
            if not name:
                return
            bases = handle.readline().rstrip("\n")
            handle.readline()
            yield Read(name[1:].split()[0], bases, handle.readline().rstrip("\n"))
            n += 1
            if n % 200 == 0:
                time.sleep(pace)


reads = list(parse(sys.argv[1]))
print(f"{len(reads)} reads")
lengths = sorted(len(r.trimmed(20)) for r in reads)
print("median length", lengths[len(lengths) // 2])
