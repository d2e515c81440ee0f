#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# spike sorting, part 1 (part 2 = clustering, on the other machine)
# usage: spikes.py FOLDER [first last]
import glob, sys, os, time
import numpy as np
folder = sys.argv[1]
first, last = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (0, 9999)
gain = 0.195      # uV per bit, Intan

class Recording:
    def __init__(self):
        self.fs = 30000.
        self.blocks = {}
        self.rms = []

    def open_block(self, fn):
        b = np.fromfile(fn, dtype='<i1')
        n = len(b) // 16 * 16
        # 16 channels. to volts already here, otherwise matlab people get confused
        self.blocks[os.path.basename(fn)] = (b[:n].reshape(-1, 16) * np.float32(gain))

    def threshold(self, fn):
        x = self.blocks[os.path.basename(fn)]
        y = x - np.median(x, axis=1)[:, None]        # common reference
        self.rms.append(np.median(np.abs(y), axis=0) / 0.6745)

rec = Recording()
files = sorted(glob.glob(folder + '/part-*.dat'))[first:last]
print(len(files), 'blocks')
for k, fn in enumerate(files):
    rec.open_block(fn)
    rec.threshold(fn)
    if k % 30 == 0: print(fn, rec.rms[-1][:3], flush=True)

thr = -4.5 * np.mean(rec.rms, axis=0)
nspk = np.zeros(16, int)
for b in rec.blocks.values():
    below = b < thr
    nspk += (below[1:] & ~below[:-1]).sum(axis=0)
print('spikes per channel', nspk)
