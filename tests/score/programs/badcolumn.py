#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Half an hour of work, and then a typing error in the last line."""
import array
import os
import random
import time

rng = random.Random(1)
results = {name: array.array("d") for name in ("pressure", "velocity", "temperature")}
for step in range(50):
    for name, column in results.items():
        column.frombytes(array.array("d", [rng.random() for _ in range(400)] * 50).tobytes())
    time.sleep(int(os.environ.get("PACE", 40)) / 1000)
print("steps:", len(results["pressure"]))
print("mean temperature:", sum(results["temprature"]) / len(results["temperature"]))
