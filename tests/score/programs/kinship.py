#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kinship of a pedigree, tabular method (Emik & Terrill). rows must be in birth order.
argv: number of animals. Florian says use numpy, but it works and the vet students know it."""
import os
import random
import sys
import time

N = int(sys.argv[1]) if len(sys.argv) > 1 else 2600
pace = float(os.environ.get("PACE", 0)) / 1000
random.seed(11)

sires = [None] * N
dams = [None] * N
for i in range(N):
    if i > 40:
        sires[i] = random.randrange(max(0, i - 600), i, 2) // 2 * 2
        dams[i] = random.randrange(max(0, i - 600), i) | 1
        if dams[i] >= i:
            dams[i] = None
        if sires[i] >= i:
            sires[i] = None

A = []        # lower triangle, A[i][j] for j <= i


def a(i, j):
    if i is None or j is None:
        return 0.0
    return A[i][j] if j <= i else A[j][i]


def animal(i):
    s, d = sires[i], dams[i]
    row = []
    for j in range(i):
        row.append(0.5 * (a(j, s) + a(j, d)))
    row.append(1.0 + 0.5 * a(s, d))
    A.append(row)


t0 = time.time()
for i in range(N):
    animal(i)
    if i % 200 == 0:
        print("animal %d of %d  F=%.3f  %.1fs" % (i, N, A[i][i] - 1, time.time() - t0), flush=True)
        time.sleep(pace)

# inbreeding by cohort, and the ten worst matings of the youngest
young = range(N - 50, N)
pairs = sorted(((a(i, j), i, j) for i in young for j in young if j < i), reverse=True)[:10]
for r, i, j in pairs:
    print("do not mate %d x %d: %.3f" % (i, j, r))
print("mean F", sum(A[i][i] - 1 for i in range(N)) / N)
