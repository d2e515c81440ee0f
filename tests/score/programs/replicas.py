#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A simulation with numpy that takes a snapshot of its state in each step."""
import os
import time

import numpy as np

pace = int(os.environ.get("PACE", 60)) / 1000


class Simulation:
    def __init__(self, n):
        self.state = np.linspace(0, 1, n)
        self.history = []

    def step(self):
        self.state *= 0.999
        self.state += 0.001

    def snapshot(self):
        self.history.append(self.state.copy())


simulation = Simulation(int(os.environ.get("EACH", 60000)))
while True:
    simulation.step()
    simulation.snapshot()
    time.sleep(pace)
