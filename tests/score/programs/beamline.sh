#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# beamline night script: simulate | histogram | rank, all at the same time.
# each of them is fine by itself. sort gets a big buffer because -T is slow on lustre
N=${1:-260000}
BUF=${2:-30M}
simulate() {
	/usr/bin/python3 - "$N" <<'PY'
import sys, time
import numpy as np
n = int(sys.argv[1])
rng = np.random.default_rng(4)
psf = np.fft.rfft2(rng.random((1100, 1100)))        # response of the detector, needed to the end
dark = np.abs(np.fft.irfft2(psf)).astype("f4")
out = sys.stdout
for k in range(0, n, 5000):
    x = rng.integers(0, 1100, 5000); y = rng.integers(0, 1100, 5000)
    e = rng.gamma(3.0, 900.0, 5000) + dark[x, y]
    out.write("".join("%d %d %.3f\n" % t for t in zip(x, y, e)))
    time.sleep(0.02)
PY
}
hist() {
	# remember every pixel; prints them at the end, passes photons on meanwhile
	awk '{ c[$1 "," $2] += $3; print $3, $1, $2 }
	     END { n = 0; for (k in c) n++; print n, "pixels hit" > "/dev/stderr" }'
}
export LC_ALL=C
simulate | hist | sort -S "$BUF" -n | tail -n 3
echo "pipe: ${PIPESTATUS[*]}"
[ "${PIPESTATUS[0]}" = 0 ]
