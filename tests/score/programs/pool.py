#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A pool of workers; each loads the station data for itself. The pool replaces
one that was killed by one that is killed again, and waits for a result that was
lost: the job hangs, as such jobs do, but here no longer than BOUND seconds."""
import multiprocessing
import os
import signal
import sys
import time

size = int(os.environ.get("SIZE_MB", 20))
pace = int(os.environ.get("PACE", 20))
bound = int(os.environ.get("BOUND", 50))
data = None


def load():
    global data
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(bound)  # a worker may outlive the pool, too
    data = []
    for _ in range(size):
        data.append(bytearray(os.urandom(1024)) * 1024)
        time.sleep(pace / 1000)


def score(item):
    time.sleep(pace / 100)
    return sum(data[item % len(data)][:100])


def give_up(*_):
    # not pool.terminate(): it would wait for a lock that a killed worker had
    for worker in multiprocessing.active_children():
        worker.kill()
    os._exit(1)


if __name__ == "__main__":
    with multiprocessing.Pool(int(sys.argv[1]), initializer=load) as pool:
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(bound)
        print(sum(pool.map(score, range(60), chunksize=1)))
