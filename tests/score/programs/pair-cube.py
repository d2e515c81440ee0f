#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Contacts of a protein's frames: centred frame by frame, all distances of the last ones at once."""
import sys
import numpy as np

atoms = int(sys.argv[1]) if len(sys.argv) > 1 else 2600
frames = int(sys.argv[2]) if len(sys.argv) > 2 else 300
rng = np.random.default_rng(17)
chain = np.cumsum(rng.normal(0, 1, (atoms, 3)), axis=0)


def centre(xyz):
    xyz = xyz - xyz.mean(axis=0)
    u, s, vt = np.linalg.svd(xyz, full_matrices=False)
    return xyz @ vt.T


def contacts(xyz, cut):
    d = xyz[:, None, :] - xyz[None, :, :]
    return int((np.einsum("ijk,ijk->ij", d, d) < cut * cut).sum())


gyration = []
for k in range(frames):
    chain = centre(chain + rng.normal(0, 0.1, chain.shape))
    gyration.append(float((chain ** 2).sum() / atoms))
print("radius of gyration %.3f" % (sum(gyration) / frames) ** 0.5, flush=True)
print("contacts:", contacts(chain, 4.0))
