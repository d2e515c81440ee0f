#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins visits with treatments. The key was meant to be the patient; it is the
clinic, so each row meets thousands of others."""
import os
import time

import pandas as pd

rows = int((float(os.environ.get("SIZE_MB", 400)) * 2**20 / 8 / 5 * 4) ** 0.5)
pace = int(os.environ.get("PACE", 100)) / 1000
visits = pd.DataFrame({"visit": range(rows), "patient": range(rows)})
treatments = pd.DataFrame({"treatment": range(rows), "dose": 0.5})
visits["clinic"] = visits["visit"] % 4
treatments["clinic"] = treatments["treatment"] % 4
for quarter in range(20):
    counts = visits[visits["visit"] % 20 == quarter].groupby("clinic").size()
    time.sleep(pace)
print(counts.to_dict())
both = visits.merge(treatments, on="clinic")
print(len(both), "pairs, mean dose", both["dose"].mean())
