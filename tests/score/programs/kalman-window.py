#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Smoothing of sensor data in windows: each has large temporaries, which are freed, and
the state that stays was sized to the job: near the limit, but below it."""
import os
import time

import numpy as np

sensors = int(os.environ.get("SENSORS", "900"))
windows = int(os.environ.get("WINDOWS", "40"))


def step(state, cov, obs):
    gain = cov / (cov + 0.5)
    innovation = obs - state
    state += gain * innovation
    cov *= 1 - 0.3 * gain
    cov += 0.01
    return float((innovation ** 2).mean())


def main():
    rng = np.random.default_rng(4)
    state = np.zeros((sensors, 1500), dtype=np.float64)
    cov = np.ones((sensors, 1500), dtype=np.float64)
    cache = {}
    error = []
    for w in range(windows):
        obs = rng.standard_normal((sensors, 1500)) + np.sin(w / 5)
        for part in range(0, sensors, 100):
            rows = slice(part, part + 100)
            error.append(step(state[rows], cov[rows], obs[rows]))
        key = w % 8                        # a cache of eight spectra, no more
        cache[key] = abs(np.fft.rfft(state[:40], axis=1)).astype("f4")
        del obs
        time.sleep(0.05)
    print("windows %d, error first %.3f last %.3f, spectra %d" % (
        windows, error[0], error[-1], len(cache)))


main()
