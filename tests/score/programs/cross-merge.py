# SPDX-License-Identifier: GPL-2.0-or-later
"""Which clinics are near which patients: all pairs, then those within reach."""
import os
import time

import numpy as np
import pandas as pd


def points(n, kind, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        kind: np.arange(n),
        "x_" + kind: rng.uniform(0, 100, n),
        "y_" + kind: rng.uniform(0, 100, n),
    })


def summary(frame):
    for _ in range(15):
        frame.describe()
        time.sleep(0.02)


def reach(patients, clinics, km):
    pairs = patients.merge(clinics, how="cross")
    near = (pairs.x_patient - pairs.x_clinic).abs() < km
    return pairs[near].groupby("clinic").size()


def main():
    patients = points(int(os.environ.get("PATIENTS", 6000)), "patient", 1)
    clinics = points(600, "clinic", 2)
    summary(patients)
    served = reach(patients, clinics, 2.0)
    print("clinics:", len(served), "busiest:", int(served.max()))


main()
