#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: every step's history goes into a dictionary that nobody empties."""
import os
import time

pace = int(os.environ.get("PACE", 30))
history = {}


def train(step):
    loss = [float(step + k) for k in range(20000)]
    history[step] = {"loss": loss, "mean": sum(loss) / len(loss)}


step = 0
while True:
    train(step)
    step += 1
    time.sleep(pace / 1000)
