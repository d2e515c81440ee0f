# SPDX-License-Identifier: GPL-2.0-or-later
"""Station data into a database in memory, for a few questions in SQL."""
import csv
import itertools
import sqlite3
import sys


def load(db, name):
    with open(name, newline="") as f:
        rows = csv.reader(f)
        next(rows)
        while True:
            batch = list(itertools.islice(rows, 2000))
            if not batch:
                break
            db.executemany("insert into obs values (?,?,?,?,?,?,?,?)", (r for r in batch if len(r) == 8))
    db.commit()


def questions(db):
    yield "rows", db.execute("select count(*) from obs").fetchone()[0]
    yield "stations", db.execute("select count(distinct station) from obs").fetchone()[0]
    yield "warmest", db.execute("select station, max(temp) from obs").fetchone()
    yield "wet", db.execute("select count(*) from obs where rain > 0.9").fetchone()[0]


if __name__ == "__main__":
    db = sqlite3.connect(":memory:")
    db.execute("create table obs (id integer, lat real, lon real, station text, time text,"
               " temp real, rain real, flag text)")
    for name in sys.argv[1:]:
        load(db, name)
    for what, answer in questions(db):
        print(what, answer)
