#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A covariance by numpy, block by block; then its factor, of the same size."""
import os
import time

import numpy as np

size = int(os.environ.get("SIZE_MB", 100))
pace = int(os.environ.get("PACE", 40)) / 1000
side = int((size * 131072 / 2) ** 0.5)


def assemble(x, out):
    for n in range(20):
        rows = slice(n * side // 20, (n + 1) * side // 20)
        out[rows] = np.minimum(x[rows, None], x[None, :])
        time.sleep(pace)


def factorise(matrix):
    lower = np.empty_like(matrix)
    for n in range(20):
        rows = slice(n * side // 20, (n + 1) * side // 20)
        lower[rows] = matrix[rows] * 0.5
        time.sleep(pace)
    return lower


def main():
    matrix = np.empty((side, side))
    assemble(np.linspace(0, 1, side), matrix)
    print("assembled")
    print(factorise(matrix).trace())


if __name__ == "__main__":
    main()
