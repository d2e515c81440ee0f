#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws frames: a few images of one size are kept."""
import os
import time

size = int(os.environ.get("SIZE_MB", 100)) * 6 // 10
frames = []
for n in range(12):
    frames.append(bytearray(os.urandom(4096)) * (size * 256 // 12))
    time.sleep(int(os.environ.get("PACE", 20)) / 100)
for n in range(20):
    time.sleep(int(os.environ.get("PACE", 20)) / 100)
print("drawn", len(frames))
