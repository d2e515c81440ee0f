#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds SIZE_MB for a while."""
import os
import time

x = bytearray(os.urandom(4096)) * (int(os.environ.get("SIZE_MB", 20)) * 256)
time.sleep(int(os.environ.get("PACE", 1000)) / 1000)
print("held", len(x))
