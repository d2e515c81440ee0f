#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A movie of a wave. For each frame a figure is opened, drawn, saved - and never
closed: the plotting module keeps the open ones, as matplotlib does."""
import os
import time
import zlib

import numpy as np


class plt:
    _open = {}

    class Figure:
        def __init__(self, number, width, height):
            self.number = number
            self.canvas = np.full((height, width, 4), 255, np.uint8)
            self.artists = []

        def imshow(self, field):
            lo, hi = field.min(), field.max()
            shade = ((field - lo) / (hi - lo + 1e-9) * 255).astype(np.uint8)
            self.canvas[..., 0] = shade
            self.canvas[..., 1] = 255 - shade
            self.artists.append(("image", lo, hi))

        def savefig(self):
            return len(zlib.compress(self.canvas[::8].tobytes(), 1))

    @classmethod
    def figure(cls, width=360, height=240):
        number = max(cls._open, default=0) + 1
        cls._open[number] = fig = cls.Figure(number, width, height)
        return fig

    @classmethod
    def close(cls, number):
        del cls._open[number]


def movie(frames, pace):
    y, x = np.mgrid[0:240, 0:360] * 0.05
    written = 0
    for frame in range(frames):
        fig = plt.figure()
        fig.imshow(np.sin(x + 0.1 * frame) * np.cos(y - 0.07 * frame))
        written += fig.savefig()
        time.sleep(pace)
    print(frames, "frames", written, "bytes")


movie(int(os.environ.get("FRAMES", 20000)), int(os.environ.get("PACE", 30)) / 1000)
