# SPDX-License-Identifier: GPL-2.0-or-later
"""Nightly reduction of detector frames. Frames that fail the checks are noted
and reported at the end of the night."""
import itertools
import resource
import time

import numpy as np


class BadFrame(Exception):
    pass


def calibrate(number, dark):
    frame = np.random.default_rng(number).poisson(40, 24000).astype("float64")
    frame -= dark
    if frame.max() > 62 + number % 9:
        raise BadFrame(f"frame {number} saturated")
    return frame.mean()


def night():
    dark = np.full(24000, 1.5)
    level = []
    failed = {}
    for number in itertools.count():
        try:
            level = (level + [calibrate(number, dark)])[-100:]
        except BadFrame as e:
            failed[number] = e
        time.sleep(0.001)
        if number % 500 == 0:
            print(number, "frames,", len(failed), "failed", flush=True)
            if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 690 << 10:
                return failed
    return failed


print("failed:", len(night()))
