#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Short-time Fourier transform of a synthetic hydrophone record; the result array is made first."""
import os
import time

import numpy as np

SIZE = int(os.environ.get("SIZE_MB", 72))
PACE = float(os.environ.get("PACE", 60)) / 1000
WIN = 2048
BINS = WIN // 2


def chirp(start, n, rate=48000.0):
    t = (start + np.arange(n)) / rate
    return np.sin(2 * np.pi * (400 + 30 * t) * t) + 0.1 * np.cos(2 * np.pi * 5100 * t)


def stft(frames, hop=512):
    out = np.zeros((frames, BINS), dtype=np.complex64)
    window = np.hanning(WIN)
    block = 128
    for first in range(0, frames, block):
        last = min(frames, first + block)
        record = chirp(first * hop, (last - first) * hop + WIN)
        for k in range(first, last):
            piece = record[(k - first) * hop:(k - first) * hop + WIN]
            out[k] = np.fft.rfft(piece * window)[:BINS]
        time.sleep(PACE)
    return out


def main():
    frames = SIZE * (1 << 20) // (BINS * 8)
    spec = stft(frames)
    peak = [int(np.abs(spec[k]).argmax()) for k in range(0, frames, 200)]
    print(f"{frames} frames, peak bins {min(peak)} to {max(peak)}")


main()
