#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hyperparameter search. The features are made once; every worker of the pool
is given them by its initializer and standardises a copy for itself."""
import multiprocessing as mp
import os
import signal
import sys
import time

import numpy as np

PACE = int(os.environ.get("PACE", 30)) / 1000
LAST_RESORT = 60  # seconds: a pool that lost a worker waits for ever
state = {}


def init_worker(features):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LAST_RESORT)
    state["x"] = np.empty_like(features)
    for lo in range(0, len(features), 2000):
        part = features[lo:lo + 2000]
        state["x"][lo:lo + 2000] = (part - part.mean(axis=0)) / part.std(axis=0)
        time.sleep(PACE)


def cross_validate(penalty):
    x = state["x"]
    y = x[:, 0] * 2 + x[:, 1]
    score = 0.0
    for fold in range(5):
        rows = slice(fold * 400, fold * 400 + 400)
        a = x[rows]
        beta = np.linalg.solve(a.T @ a + penalty * np.eye(a.shape[1]), a.T @ y[rows])
        score += float(((y[rows] - a @ beta) ** 2).mean())
        time.sleep(PACE)
    return penalty, score / 5


def too_late(signum, frame):
    for child in mp.active_children():
        child.kill()
    os._exit(1)


def main(workers):
    megabytes = int(os.environ.get("SIZE_MB", 20))
    features = np.random.default_rng(0).normal(size=(megabytes * 2**20 // 8 // 64, 64))
    ctx = mp.get_context("fork")
    pool = ctx.Pool(workers, initializer=init_worker, initargs=(features,))
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(LAST_RESORT)
    for penalty, score in sorted(pool.imap_unordered(cross_validate, np.logspace(-3, 3, 30)), key=lambda r: r[1])[:3]:
        print(f"{penalty:10.4g} {score:.4g}")
    pool.close()
    pool.join()


if __name__ == "__main__":
    main(int(sys.argv[1]))
