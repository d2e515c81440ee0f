#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# online monitor of the serial crystallography run: hit finding while data come in.
# frames are simulated here if there is no beam (there is no beam)
import os
import sys
import time
import numpy as np

SIDE = int(os.environ.get("SIDE", 512))
PACE = float(os.environ.get("PACE", 30)) / 1e3
rng = np.random.default_rng(1)
hits = []            # little cut-outs around the brightest spot, 9x9, for the operator's screen
stats = {"frames": 0, "hits": 0}


def detector_read():
    f = rng.integers(0, 200, (SIDE, SIDE), dtype=np.uint16)
    if rng.random() < 0.6:
        y, x = rng.integers(20, SIDE - 20, 2)
        f[y - 1:y + 2, x - 1:x + 2] += 5000
    return f


def find(f):
    y, x = np.unravel_index(f.argmax(), f.shape)
    if f[y, x] < 1000:
        return None
    return f[max(y - 4, 0):y + 5, max(x - 4, 0):x + 5]


def rss_mb():
    with open("/proc/self/statm") as s:
        return int(s.read().split()[1]) // 256


limit = float(sys.argv[1]) if len(sys.argv) > 1 else 1e9      # frames
while stats["frames"] < limit:
    frame = detector_read()
    spot = find(frame)
    stats["frames"] += 1
    if spot is not None:
        stats["hits"] += 1
        hits.append(spot)
    if stats["frames"] % 20 == 0:
        size = sum(h.size * 2 for h in hits) / 1024
        print(f"{stats['frames']} frames {stats['hits']} hits, cut-outs {size:.0f} kB", flush=True)
        if rss_mb() > 680:
            break
    time.sleep(PACE)
