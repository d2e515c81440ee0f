#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Alarm rules over a sensor stream: a rule is made for each window that looks odd."""
import os
import random
import time

PACE = float(os.environ.get("PACE", 20)) / 1000
random.seed(3)


class Bus:
    def __init__(self):
        self.handlers = []

    def subscribe(self, handler):
        self.handlers.append(handler)

    def publish(self, value):
        return sum(1 for h in self.handlers[-50:] if h(value))


def window(n, drift):
    return [random.gauss(drift, 1.0) for _ in range(n)]


def on_window(bus, values):
    mean = sum(values) / len(values)
    if mean > 0.05:
        baseline = sorted(values)
        bus.subscribe(lambda v: v > baseline[-20] and v > mean)


def main():
    bus = Bus()
    alarms = windows = 0
    while len(bus.handlers) < 4100:
        drift = 0.0 if windows < 120 else 0.2
        values = window(4000, drift)
        on_window(bus, values)
        alarms += bus.publish(values[0])
        windows += 1
        time.sleep(PACE)
    print(f"{windows} windows, {alarms} alarms, {len(bus.handlers)} rules")


main()
