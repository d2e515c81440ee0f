# SPDX-License-Identifier: GPL-2.0-or-later
"""Pairs of samples with the same haplotype, for the kinship table.

usage: pairs-merge.py SAMPLES HAPLOTYPES
"""
import sys

import numpy as np
import pandas as pd


def cohort(samples, haplotypes):
    rng = np.random.default_rng(12)
    return pd.DataFrame({
        "sample": np.arange(samples),
        "haplotype": rng.integers(0, haplotypes, samples),
        "dosage": rng.normal(1, 0.3, samples),
        "birth": rng.integers(1930, 2010, samples),
    })


def quality(table, rounds=60):
    """Drop outliers, again and again until none are left."""
    for _ in range(rounds):
        z = (table["dosage"] - table["dosage"].mean()) / table["dosage"].std()
        keep = z.abs() < 4
        if keep.all():
            continue
        table = table[keep]
    return table


def pairs(table):
    both = table.merge(table, on="haplotype", suffixes=("_a", "_b"))
    closest = (both["dosage_a"] - both["dosage_b"]).abs() < 0.01
    return len(both), int(closest.sum())


def main():
    table = cohort(int(sys.argv[1]), int(sys.argv[2]))
    for batch in range(10):
        table = quality(table)
    print("samples", len(table), flush=True)
    total, close = pairs(table)
    print("pairs %d, of like dosage %d" % (total, close))


main()
