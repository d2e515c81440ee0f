#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Metadata of all samples from one JSON file."""
import json
import os
import sys
import time

time.sleep(int(os.environ.get("PACE", 0)) / 1000)
with open(sys.argv[1]) as f:
    samples = json.load(f)
samples = samples if isinstance(samples, list) else list(samples.values())
print(sum(s["ok"] for s in samples), "of", len(samples))
