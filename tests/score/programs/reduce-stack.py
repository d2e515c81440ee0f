#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reduction of a stack of telescope frames.

bias -> flat field -> background -> spectrum -> mask. Every stage returns a new
stack of the same shape, as one writes it in a notebook.
"""
import os
import time

import numpy as np

MB = float(os.environ.get("SIZE_MB", "120"))
PACE = float(os.environ.get("PACE", "60")) / 1e3
SIDE = 256
# raw, corrected, background, residual as float64; mask as bool
NFRAMES = int(MB * 2**20 / (4.125 * 8 * SIDE * SIDE))


def observe(rng):
    raw = np.empty((NFRAMES, SIDE, SIDE))
    for frame in raw:
        frame[...] = rng.normal(1000, 12, frame.shape)
        time.sleep(PACE)
    return raw


def calibrate(raw, bias, flat):
    out = np.empty_like(raw)
    for k in range(len(raw)):
        out[k] = (raw[k] - bias) / flat
        time.sleep(PACE / 2)
    return out


def background(stack, box=32):
    bg = np.empty_like(stack)
    for k, frame in enumerate(stack):
        coarse = np.median(frame.reshape(SIDE // box, box, SIDE // box, box), axis=(1, 3))
        bg[k] = np.kron(coarse, np.ones((box, box)))
        time.sleep(PACE / 2)
    return bg


def main():
    rng = np.random.default_rng(3)
    raw = observe(rng)
    print("frames", raw.shape)
    stack = calibrate(raw, 300.0, np.linspace(0.9, 1.1, SIDE))
    bg = background(stack)
    print("background", bg.mean())
    residual = np.empty_like(stack)
    for k in range(NFRAMES):
        np.subtract(stack[k], bg[k], out=residual[k])
        time.sleep(PACE / 2)
    mask = np.abs(residual) > 5 * residual.std()
    print("rejected pixels", int(mask.sum()), "of", raw.size)


if __name__ == "__main__":
    main()
