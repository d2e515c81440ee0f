#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Base qualities of a compressed FASTQ file decoded, read by read, for a later trim by window."""
import gzip
import sys


def load(path):
    reads = []
    with gzip.open(path, "rt") as f:
        while True:
            head = f.readline().strip()
            if not head:
                break
            seq = f.readline().strip()
            f.readline()
            qual = [ord(c) - 33 for c in f.readline().strip()]
            reads.append((head, seq, qual))
    return reads


def trim(qual, width=10, least=25):
    for k in range(len(qual), width, -width):
        if sum(qual[k - width:k]) >= least * width:
            return k
    return 0


def main():
    reads = load(sys.argv[1])
    kept = bases = 0
    for head, seq, qual in reads:
        n = trim(qual)
        if n >= 50:
            kept += 1
            bases += seq[:n].count("G") + seq[:n].count("C")
    print(f"{len(reads)} reads, {kept} kept, GC bases {bases}")


if __name__ == "__main__":
    main()
