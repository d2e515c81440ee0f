# SPDX-License-Identifier: GPL-2.0-or-later
"""Texture patches: all tiles of a folder as normalised float32, kept for a nearest search."""
import os
import sys
import time

import numpy as np

folder = sys.argv[1]
limit = int(os.environ.get("SIZE_MB", "240"))
pace = float(os.environ.get("PACE", "10")) / 1000


def normalise(tile):
    tile = tile.astype(np.float32)
    tile -= tile.mean(axis=1, keepdims=True)
    tile /= tile.std(axis=1, keepdims=True) + 1e-6
    return tile


def read_bank():
    bank = {}
    for name in sorted(os.listdir(folder))[:limit]:
        with open(os.path.join(folder, name), "rb") as f:
            tile = np.frombuffer(f.read(), np.uint8).reshape(-1, 1024)
        bank[name] = normalise(tile)
        time.sleep(pace)
    return bank


def nearest(bank, query):
    best = (-1e9, "")
    for name, patches in bank.items():
        score = float((patches[:16] @ query).max())
        if score > best[0]:
            best = (score, name)
    return best


bank = read_bank()
first = bank[sorted(bank)[0]][3]
print("%d tiles, nearest %s %.2f" % (len(bank), *reversed(nearest(bank, first))))
