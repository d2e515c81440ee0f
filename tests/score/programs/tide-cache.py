#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tides at many ports with a cache of harmonic fields that gives up the oldest: memory stays flat."""
from collections import OrderedDict

import numpy as np

HOLD = 20


class Fields:
    def __init__(self):
        self.held = OrderedDict()
        self.made = 0

    def get(self, key):
        if key in self.held:
            self.held.move_to_end(key)
            return self.held[key]
        t = np.arange(131072) * 0.01
        field = np.cos(t * (1 + key * 0.003)) * (1 + 0.1 * np.sin(t * key))
        self.held[key] = field
        self.made += 1
        if len(self.held) > HOLD:
            self.held.popitem(last=False)
        return field


def main():
    rng = np.random.default_rng(2)
    fields = Fields()
    high = -9.0
    for port in range(600):
        level = 0.0
        for key in rng.integers(0, 300, 3):
            level = level + fields.get(int(key))[port::97]
        high = max(high, float(level.max()))
    print(f"600 ports, {fields.made} fields made, highest tide {high:.3f}")


main()
