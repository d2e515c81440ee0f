#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Power spectrum of a simulated density field: draw, smooth, transform, bin."""
import os
import time

import numpy as np


def nap(k=1):
    time.sleep(k * int(os.environ.get("PACE", 50)) / 1000)


def density(n, rng):
    delta = np.empty((n, n, n))
    for plane in range(n):
        delta[plane] = rng.standard_normal((n, n))
        if plane % 8 == 0:
            nap()
    return delta


def wavenumbers(n):
    k = np.fft.fftfreq(n) * n
    kz = np.fft.rfftfreq(n) * n
    return np.sqrt(k[:, None, None] ** 2 + k[None, :, None] ** 2 + kz[None, None, :] ** 2)


def transform(delta):
    # axis by axis, to keep an eye on the progress
    modes = np.fft.rfft(delta, axis=2)
    nap(4)
    modes = np.fft.fft(modes, axis=1)
    nap(4)
    return np.fft.fft(modes, axis=0)


def spectrum(n):
    delta = density(n, np.random.default_rng(7))
    print("field", delta.nbytes >> 20, "MiB", flush=True)
    modes = transform(delta)
    print("transformed", flush=True)
    k = wavenumbers(n)
    nap(4)
    modes *= np.exp(-(k / n) ** 2)
    power = np.abs(modes) ** 2
    bins = np.arange(1, n // 2)
    which = np.digitize(k.ravel(), bins)
    total = np.bincount(which, weights=power.ravel(), minlength=len(bins))
    for b in range(1, len(bins), len(bins) // 5):
        print(f"{bins[b]:4d} {total[b]:.4g}")


mb = int(os.environ.get("SIZE_MB", 150))
spectrum(int((mb * 2 ** 20 / 40) ** (1 / 3)))
