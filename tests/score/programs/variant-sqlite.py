# SPDX-License-Identifier: GPL-2.0-or-later
"""Variants of a cohort in an SQLite file in the node's fast folder, then allele counts."""
import os
import random
import sqlite3
import time

folder = os.path.join(os.environ["S"], "variants")
os.makedirs(folder, exist_ok=True)
path = os.path.join(folder, "cohort.db")
rows = int(os.environ.get("SIZE_MB", "100")) * 1000
pace = float(os.environ.get("PACE", "20")) / 1000
random.seed(4)


def batch(first, count):
    for n in range(first, first + count):
        yield n, "chr%d" % (1 + n % 22), n * 37 % 250000000, "ACGT"[n & 3], "%0900x" % random.getrandbits(3600)


db = sqlite3.connect(path)
db.execute("PRAGMA journal_mode = OFF")
db.execute("PRAGMA synchronous = OFF")
db.execute("PRAGMA cache_size = -2000")
db.execute("CREATE TABLE IF NOT EXISTS variant (id INTEGER PRIMARY KEY, chrom TEXT, pos INTEGER, alt TEXT, calls TEXT)")
for first in range(0, rows, 2000):
    with db:
        db.executemany("INSERT INTO variant VALUES (?, ?, ?, ?, ?)", batch(first, 2000))
    time.sleep(pace)
alts = db.execute("SELECT alt, count(*) FROM variant WHERE chrom = 'chr7' GROUP BY alt ORDER BY alt").fetchall()
size = os.path.getsize(path) >> 20
db.close()
os.remove(path)
print("database of %d MiB, chr7:" % size, ", ".join("%s %d" % a for a in alts))
