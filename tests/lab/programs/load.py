#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""load.py FILE: read a whole table into lists, as many programs do."""
import sys

print("reading", sys.argv[1], flush=True)
rows = [line.rstrip("\n").split(",") for line in open(sys.argv[1])]
print(len(rows), "rows", flush=True)
