# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain products of one elevation model: slope, aspect, curvature, wetness.

usage: dem-flow.py SIDE
"""
import sys
import time

import numpy as np


def synthetic_dem(side, seed=4):
    """Mountains as a sum of ridges, with noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    dem = np.zeros((side, side))
    for k in range(1, 6):
        a, b = rng.uniform(0, 6, 2)
        dem += (800 / k) * np.sin(k * (a * x + b * y))
    dem += rng.normal(0, 2, dem.shape)
    return dem


def gradient(dem, cell=30.0):
    p = np.empty_like(dem)
    q = np.empty_like(dem)
    p[:, 1:-1] = (dem[:, 2:] - dem[:, :-2]) / (2 * cell)
    p[:, 0], p[:, -1] = p[:, 1], p[:, -2]
    q[1:-1] = (dem[2:] - dem[:-2]) / (2 * cell)
    q[0], q[-1] = q[1], q[-2]
    return p, q


def hillshade(p, q, azimuth, altitude=0.8):
    slope = np.arctan(np.hypot(p, q))
    aspect = np.arctan2(q, -p)
    return (np.sin(altitude) * np.cos(slope)
            + np.cos(altitude) * np.sin(slope) * np.cos(azimuth - aspect)).astype(np.float32)


def main():
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 1100
    layers = {"dem": synthetic_dem(side)}
    layers["p"], layers["q"] = gradient(layers["dem"])
    layers["slope"] = np.arctan(np.hypot(layers["p"], layers["q"]))
    time.sleep(0.2)
    layers["aspect"] = np.arctan2(layers["q"], -layers["p"])
    for n, azimuth in enumerate(np.linspace(0, 2 * np.pi, 8, endpoint=False)):
        layers["shade%d" % n] = hillshade(layers["p"], layers["q"], azimuth)
    pp, _ = gradient(layers["p"])
    _, qq = gradient(layers["q"])
    layers["curvature"] = pp + qq
    layers["wetness"] = np.log(1e-3 + 1 / (1e-3 + np.tan(layers["slope"])))
    for name in sorted(layers):
        print("%-10s %9.3f %9.3f" % (name, layers[name].mean(), layers[name].std()))


main()
