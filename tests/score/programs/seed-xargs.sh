#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Percolation on a square lattice for several seeds, three at a time.
side=${SIZE_MB:-420}
export side
seq 1 "${SEEDS:-6}" | xargs -P 3 -I{} awk -v seed={} -v n="$side" '
function find(a) { while (up[a] != a) { up[a] = up[up[a]]; a = up[a] } return a }
function join(a, b) { a = find(a); b = find(b); if (a != b) up[b] = a }
BEGIN {
	srand(seed)
	for (i = 0; i < n * n; i++) { open[i] = rand() < 0.6; up[i] = i }
	for (r = 0; r < n; r++)
		for (c = 0; c < n; c++) {
			i = r * n + c
			if (!open[i]) continue
			if (c && open[i - 1]) join(i - 1, i)
			if (r && open[i - n]) join(i - n, i)
		}
	for (i = 0; i < n * n; i++) if (open[i]) size[find(i)]++
	for (k in size) if (size[k] > best) best = size[k]
	printf "seed %d largest cluster %d of %d\n", seed, best, n * n
}'
