#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Events into an SQLite database on the node's "local disk", which is a RAM disk."""
import os
import sqlite3
import time

folder = os.environ["S"]
os.makedirs(folder, exist_ok=True)
db = sqlite3.connect(os.path.join(folder, "events.sqlite"))
db.execute("PRAGMA journal_mode = OFF")
db.execute("PRAGMA synchronous = OFF")
db.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, run INTEGER, waveform BLOB)")
waveform = bytes(range(256)) * 32
events = int(os.environ.get("SIZE_MB", 110)) * 2**20 // len(waveform)
for first in range(0, events, 200):
    with db:
        db.executemany("INSERT INTO event VALUES (?, ?, ?)",
                       ((n, n // 1000, waveform) for n in range(first, min(first + 200, events))))
    time.sleep(int(os.environ.get("PACE", 60)) / 1000)
print(db.execute("SELECT count(*), sum(length(waveform)) FROM event").fetchone())
