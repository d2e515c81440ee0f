#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An energy balance model. The forcing of a day was made a cached function, as
it is asked for twice within a step; the cache has no maximum size."""
import functools
import math
import os
import time

PACE = float(os.environ.get("PACE", 10)) / 1000
BANDS = int(os.environ.get("BANDS", 400))


@functools.lru_cache(maxsize=None)
def forcing(day):
    tilt = 0.409 * math.cos(2 * math.pi * (day - 172) / 365)
    return tuple(1361 * max(0.0, math.cos(-1.5 + 3.0 * b / BANDS - tilt)) for b in range(BANDS))


def advance(temperature, day):
    absorbed = forcing(day)
    tomorrow = forcing(day + 1)
    return [t + 0.01 * (0.5 * (a + b) * 0.7 / 4 - 5.67e-8 * t**4)
            for t, a, b in zip(temperature, absorbed, tomorrow)]


temperature = [280.0] * BANDS
for day in range(365 * 1000):
    temperature = advance(temperature, day)
    if day % 365 == 364:
        print("year", day // 365 + 1, "mean", round(sum(temperature) / BANDS, 2), flush=True)
    if day % 5 == 0:
        time.sleep(PACE)
