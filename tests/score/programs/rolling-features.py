# SPDX-License-Identifier: GPL-2.0-or-later
"""Features of a sensor's series for a forecast model: mean, deviation and
range over each of the windows of the plan, as columns of one frame."""
import os

import numpy as np
import pandas as pd

ROWS = int(os.environ.get("ROWS", "160000"))
WINDOWS = [3, 5, 8, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 168, 240, 336, 504, 672]


def simulate(rows):
    rng = np.random.default_rng(11)
    t = np.arange(rows)
    load = 50 + 10 * np.sin(t / 24 * 2 * np.pi) + rng.normal(0, 2, rows)
    return pd.DataFrame({"load": load.astype("float64")})


def add_window(frame, width):
    roll = frame["load"].rolling(width, min_periods=1)
    frame[f"mean{width}"] = roll.mean()
    frame[f"std{width}"] = roll.std()
    frame[f"range{width}"] = roll.max() - roll.min()


def main():
    frame = simulate(ROWS)
    for width in WINDOWS:
        add_window(frame, width)
        print("window", width, flush=True)
    x = frame.iloc[:, 1:]
    score = {c: abs(np.corrcoef(x[c].to_numpy()[1000:], frame["load"].to_numpy()[1000:])[0, 1]) for c in x}
    best = max(score, key=score.get)
    print("best feature", best, round(score[best], 3))


main()
