#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An optimiser with hooks. Every iteration registers a callback that remembers
the residual of its own iteration; nobody ever unregisters one. A trial field
comes and goes in each iteration."""
import os
import time

import numpy as np


class Solver:
    def __init__(self, n):
        self.x = np.zeros(n)
        self.target = np.sin(np.arange(n) * 1e-3)
        self.callbacks = []

    def on_converged(self, callback):
        self.callbacks.append(callback)

    def iterate(self, rate):
        trial = np.outer(np.ones(24), self.x) + rate
        best = trial[trial.shape[0] // 2]
        residual = self.target - best
        self.x += rate * residual
        norm = float(np.abs(residual).max())

        def report(iteration):
            return iteration, norm, residual[::1000].tolist()

        self.on_converged(report)
        return norm


def main():
    pace = int(os.environ.get("PACE", 60)) / 1000
    solver = Solver(int(os.environ.get("CELLS", 80000)))
    iteration = 0
    while iteration < 20000:
        norm = solver.iterate(1e-4)
        iteration += 1
        if norm < 1e-12:
            break
        time.sleep(pace)
    for n, callback in enumerate(solver.callbacks[-3:]):
        print(callback(n))


main()
