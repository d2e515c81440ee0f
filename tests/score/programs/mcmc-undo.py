#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated annealing of a tour; a move that was accepted can be taken back."""
import math
import os
import random
import sys
import time


class Tour:
    def __init__(self, n, rng):
        self.xy = [(rng.random(), rng.random()) for _ in range(n)]
        self.order = list(range(n))
        self.undo = []

    def between(self, i, j):
        a, b = self.xy[self.order[i]], self.xy[self.order[j]]
        return math.hypot(a[0] - b[0], a[1] - b[1])

    def total(self):
        return sum(self.between(i - 1, i) for i in range(len(self.order)))

    def gain(self, i, j):
        return self.between(i - 1, j - 1) + self.between(i, j) - self.between(i - 1, i) - self.between(j - 1, j)

    def reverse(self, i, j):
        before = self.order[:]
        self.undo.append(before)
        self.order[i:j] = self.order[i:j][::-1]

    def back(self):
        self.order = self.undo.pop()


def anneal(tour, rng, moves, pace):
    t, n = 0.5, len(tour.order)
    now = tour.total()
    accepted = 0
    for k in range(moves):
        i = rng.randrange(1, n - 2)
        j = rng.randrange(i + 1, n - 1)
        new = now + tour.gain(i, j)
        tour.reverse(i, j)
        if new < now or rng.random() < math.exp((now - new) / t):
            now = new
            accepted += 1
        else:
            tour.back()
        t = max(0.1, t * 0.9999)
        if pace and k % 100 == 0:
            time.sleep(pace / 1000)
        if len(tour.undo) * n * 8 > 680 << 20:
            break
    return now, accepted


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rng = random.Random(3)
    best, accepted = anneal(Tour(n, rng), rng, 1 << 40, int(os.environ.get("PACE", 0)))
    print("length %.4f, %d moves accepted" % (best, accepted))


main()
