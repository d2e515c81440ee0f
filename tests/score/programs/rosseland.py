#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Radiative transfer by Monte Carlo: photons ask for the opacity spectrum of
the cell they are in.  A spectrum is tabulated once for each (T, rho) bin."""
import functools
import math
import os
import random

FREQUENCIES = 3000
T_BINS, RHO_BINS = 36, int(os.environ.get("RHO_BINS", "34"))


@functools.lru_cache(maxsize=T_BINS * RHO_BINS)
def opacity(t_bin, rho_bin):
    """kappa(nu), all frequencies"""
    temperature = 10 ** (3.5 + t_bin / 12)
    rho = 10 ** (-10 + rho_bin / 6)
    kappa = []
    for n in range(FREQUENCIES):
        total = 0.0
        for part in (0.1, 0.3, 0.5, 0.7, 0.9):          # mean over the bin
            u = (n + part + 0.1) * 1e3 / temperature
            stimulated = 1 - math.exp(-u)
            total += 3.7e8 * rho * stimulated / (u * u * u) + 0.34
        kappa.append(total / 5)
    return kappa


def flight(rng):
    """Follow one photon through the atmosphere until it leaves."""
    depth, x = 0.0, rng.random()
    steps = 0
    while steps < 40:
        t_bin = min(T_BINS - 1, int(T_BINS * abs(rng.gauss(x, 0.2)) % T_BINS))
        rho_bin = rng.randrange(RHO_BINS)
        kappa = opacity(t_bin, rho_bin)
        depth += kappa[rng.randrange(FREQUENCIES)] * 1e-3
        if depth > 5 and rng.random() < 0.2:
            break
        x = (x + 0.37) % 1.0
        steps += 1
    return depth


def main():
    rng = random.Random(11)
    photons = int(os.environ.get("PHOTONS", "2000"))
    total = 0.0
    for _ in range(photons):
        total += flight(rng)
    print("mean depth %.4f, tables %d" % (total / photons, opacity.cache_info().currsize))


if __name__ == "__main__":
    main()
