#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Nearest neighbours of a star catalogue: by chunks in the survey, all at once in the final check."""
import time

import numpy as np

rng = np.random.default_rng(12)


def unit(n):
    v = rng.standard_normal((n, 3))
    return v / np.linalg.norm(v, axis=1)[:, None]


def by_chunks(stars, chunk=100):
    best = np.empty(len(stars))
    for k in range(0, len(stars), chunk):
        dots = stars[k:k + chunk] @ stars.T
        dots[np.arange(len(dots)), k + np.arange(len(dots))] = -1
        best[k:k + chunk] = dots.max(axis=1)
        time.sleep(0.03)
    return best


def check(stars):
    diff = stars[:, None, :] - stars[None, :, :]
    d2 = np.einsum("ijk,ijk->ij", diff, diff)
    np.fill_diagonal(d2, 9)
    return d2.min(axis=1)


def main():
    stars = unit(3600)
    best = by_chunks(stars)
    d2 = check(stars)
    worst = np.abs((2 - 2 * best) - d2).max()
    print(f"{len(stars)} stars, nearest {np.degrees(np.sqrt(d2.min())):.4f} deg, check {worst:.2e}")


main()
