#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks for more than it may (RLIMIT_AS), and says so."""
import resource

resource.setrlimit(resource.RLIMIT_AS, (120 << 20, 120 << 20))
try:
    x = bytearray(1 << 30)
except MemoryError:
    print("MemoryError: not enough memory")
    raise SystemExit(1)
