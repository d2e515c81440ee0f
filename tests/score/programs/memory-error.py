#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks for more than it may (RLIMIT_AS), and says so."""
import os
import resource

resource.setrlimit(resource.RLIMIT_AS, (120 << 20, 120 << 20))
chunk = int(os.environ.get("CHUNK_MB", 1024)) << 20
x = []
try:
    while True:
        x.append(bytes(1) * chunk)
except MemoryError:
    print("MemoryError: not enough memory")
    raise SystemExit(1)
