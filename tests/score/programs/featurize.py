#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""featurize.py MOLECULE: fingerprints by substructure. Each run builds the table
of substructures anew; meant to be run once, is run by xargs -P."""
import itertools
import os
import sys
import time

PACE = int(os.environ.get("PACE", 40)) / 1000
LIMIT = int(os.environ.get("SIZE_MB", 30)) * 2**20 // 220
ATOMS = ("C", "N", "O", "S", "P", "F", "Cl", "Br", "I", "H")


def substructures():
    table = {}
    for n, path in enumerate(itertools.product(ATOMS, repeat=6)):
        if n == LIMIT:
            break
        table["-".join(path)] = (n, n * 2654435761 % 2**32 / 2**32)
        if n % 10000 == 0:
            time.sleep(PACE)
    return table


def main():
    molecule = sys.argv[1]
    table = substructures()
    bits = 0
    for k in range(30):
        for _, weight in itertools.islice(table.values(), k * 1000, k * 1000 + 1000):
            bits ^= int(weight * 1024)
        time.sleep(PACE * 2)
    print(molecule, format(bits, "b").zfill(10))


if __name__ == "__main__":
    main()
