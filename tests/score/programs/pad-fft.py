#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Drift of a microscope stage: phase correlation of tiles, then the whole
mosaic's power at high resolution (zero padding)."""
import os

import numpy as np

TILE = 128
MOSAIC = int(os.environ.get("MOSAIC", "800"))
TILES = int(os.environ.get("TILES", "3000"))
PADDED = int(os.environ.get("PADDED", "2560"))


def shift_of(a, b):
    product = np.fft.rfft2(a) * np.conj(np.fft.rfft2(b))
    peak = np.fft.irfft2(product / (np.abs(product) + 1e-9)).argmax()
    return divmod(int(peak), TILE)


def spectrum(mosaic):
    window = np.hanning(len(mosaic))
    f = np.fft.fft2(mosaic * window[:, None] * window, s=(PADDED, PADDED))
    return float(np.abs(f[: PADDED // 8, : PADDED // 8]).sum())


def main():
    rng = np.random.default_rng(6)
    mosaic = rng.poisson(12, (MOSAIC, MOSAIC)).astype(float)
    drift = np.zeros(2)
    for n in range(TILES):
        y, x = rng.integers(0, MOSAIC - TILE - 5, 2)
        a = mosaic[y:y + TILE, x:x + TILE]
        b = mosaic[y + 2:y + 2 + TILE, x + 1:x + 1 + TILE]
        drift += shift_of(a, b)
    print("drift", drift / TILES, flush=True)
    print("power %.6e" % spectrum(mosaic))


main()
