#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A model that was loaded before and now waits for requests."""
import os
import time

model = bytearray(os.urandom(4096)) * (int(os.environ["MODEL_MB"]) * 256)
time.sleep(int(os.environ.get("WAIT", 60)))
print("model of", len(model))
