#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Backtests of trading rules. The prices are a global, 'shared' by fork; every
task derives its own signals from all of them."""
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

import numpy as np

days = int(os.environ.get("SIZE_MB", 20)) * 2 ** 20 // 8 // 250
prices = np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, (days, 250)), axis=0))


def backtest(window):
    signal = prices.copy()
    for stock in range(0, prices.shape[1], 25):
        cut = slice(stock, stock + 25)
        total = np.cumsum(prices[:, cut], axis=0)
        signal[window:, cut] -= (total[window:] - total[:-window]) / window
        time.sleep(int(os.environ.get("PACE", 50)) / 1000)
    held = np.sign(signal)
    time.sleep(0.3)
    return window, float((held[:-1] * np.diff(prices, axis=0)).sum())


def main():
    with ProcessPoolExecutor(max_workers=int(sys.argv[1])) as ex:
        waiting = [ex.submit(backtest, w) for w in range(5, 65, 5)]
        for done in as_completed(waiting):
            print("window %d: %.2f" % done.result(), flush=True)


if __name__ == "__main__":
    main()
