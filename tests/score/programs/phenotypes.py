#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""long -> wide of the phenotype export. One row per patient, one column per code (ICD & lab).
Sparse in reality: a patient has about five codes."""
import sys
import time
import numpy as np
import pandas as pd

npat = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
ncode = int(sys.argv[2]) if len(sys.argv) > 2 else 3500


def export(npat, ncode, per=5):
    "what comes out of the hospital's system"
    rng = np.random.default_rng(6)
    frames = []
    for ward in range(8):
        k = npat * per // 8
        f = pd.DataFrame({"patient": rng.integers(0, npat, k).astype("int32"),
                          "code": rng.integers(0, ncode, k).astype("int32"),
                          "value": rng.normal(50, 10, k)})
        f["patient"] += 100000
        frames.append(f.drop_duplicates(["patient", "code"]))
        print("ward", ward, len(f), flush=True)
        time.sleep(0.1)
    return pd.concat(frames).drop_duplicates(["patient", "code"])


def to_wide(df):
    s = df.set_index(["patient", "code"])["value"]
    return s.unstack("code")


def cleaned(df):
    df = df[df.value.between(10, 90)]
    m = df.groupby("code").value.transform("mean")
    return df.assign(value=df.value - m)


long = cleaned(export(npat, ncode))
print("long:", len(long), "rows,", long.memory_usage().sum() // 1024, "kB", flush=True)
for boot in range(15):                       # how stable are the means
    b = long.sample(frac=1, replace=True, random_state=boot)
    b.groupby("code").value.mean()
wide = to_wide(long)
print("wide:", wide.shape)
print("codes with most values:", wide.iloc[:, :50].count().nlargest(3).to_dict())
