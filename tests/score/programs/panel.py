#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A synthetic household panel: growth rates by household, a wide table, and the
correlation between the waves."""
import os
import time

import numpy as np
import pandas as pd

PACE = int(os.environ.get("PACE", 200)) / 1000
WAVES = 24


def synthesise(households):
    rng = np.random.default_rng(2024)
    panel = pd.DataFrame({
        "household": np.repeat(np.arange(households), WAVES),
        "wave": np.tile(np.arange(WAVES), households),
        "region": np.repeat(rng.integers(0, 16, households), WAVES),
    })
    panel["income"] = np.exp(rng.normal(10, 0.7, len(panel)))
    panel["spent"] = panel["income"] * rng.uniform(0.4, 1.1, len(panel))
    return panel


def analyse(panel):
    panel["growth"] = panel.groupby("household")["income"].pct_change()
    time.sleep(PACE)
    panel["regional"] = panel.groupby(["region", "wave"])["income"].transform("mean")
    time.sleep(PACE)
    wide = panel.pivot(index="household", columns="wave", values=["income", "spent", "regional"])
    time.sleep(PACE)
    relative = wide["income"] / wide["regional"]
    return relative.corr(), panel.groupby("region")["growth"].median()


def main():
    households = int(os.environ.get("SIZE_MB", 60)) * 2 ** 20 // (WAVES * 64)
    panel = synthesise(households)
    print(f"{households} households, {panel.memory_usage().sum() >> 20} MiB", flush=True)
    time.sleep(PACE)
    corr, growth = analyse(panel)
    print(corr.iloc[0, -1], growth.max())


main()
