#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A loop that keeps each step's log line and each step's copy of the state."""
import copy
import os
import time

pace = int(os.environ.get("PACE", 20)) / 1000
state = {"step": 0, "positions": [[float(k), 0.5, 0.25] for k in range(int(os.environ.get("EACH", 300)))]}
trajectory = []
for step in range(10**9):
    state["step"] = step
    for p in state["positions"]:
        p[0] = p[0] * 0.999 + 0.1
    trajectory.append(copy.deepcopy(state))
    if step % 5 == 0:
        time.sleep(pace)
