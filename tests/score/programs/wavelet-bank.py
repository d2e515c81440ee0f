#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Continuous wavelet transform of a seismogram, all scales kept for the ridges."""
import sys
import numpy as np


def seismogram(n, rng):
    t = np.arange(n) / 100.0
    x = rng.normal(0, 0.3, n)
    for f, at in ((0.8, 0.2), (3.0, 0.5), (9.0, 0.7)):
        envelope = np.exp(-((t - at * t[-1]) / 60.0) ** 2)
        x += envelope * np.sin(2 * np.pi * f * t)
    return x


def morlet(freqs, scale, w0=6.0):
    return np.exp(-0.5 * (scale * freqs - w0) ** 2) * (freqs > 0)


def transform(x, scales):
    spectrum = np.fft.fft(x)
    freqs = 2 * np.pi * np.fft.fftfreq(len(x))
    bank = {}
    for s in scales:
        w = np.fft.ifft(spectrum * morlet(freqs, s) * np.sqrt(s))
        bank[s] = np.abs(w)
    return bank


def ridges(bank, n):
    best = np.zeros(n)
    where = np.zeros(n, dtype=np.int16)
    for k, (s, power) in enumerate(bank.items()):
        up = power > best
        best[up] = power[up]
        where[up] = k
    return where


def main():
    n = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 500_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    rng = np.random.default_rng(7)
    x = seismogram(n, rng)
    scales = np.geomspace(4, 400, count)
    bank = transform(x, scales)
    r = ridges(bank, n)
    print("scales", count, "ridge at", float(np.median(scales[r])))


main()
