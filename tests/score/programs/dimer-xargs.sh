#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Primer dimers for four panels at a time: an awk per panel holds its table of 7-mers.
panels=${1:-8}
reads=${2:-5000}
seq 1 "$panels" | xargs -P 4 -I PANEL awk -v seed=PANEL -v reads="$reads" '
BEGIN {
	srand(seed); split("A C G T", base, " ")
	for (r = 1; r <= reads; r++) {
		s = ""
		for (i = 0; i < 60; i++) s = s base[1 + int(rand() * 4)]
		for (i = 1; i <= 49; i++) { k = substr(s, i, 12); n[k]++; where[k] = r }
	}
	best = 0
	for (k in n) { kinds++; if (n[k] > best) { best = n[k]; word = k } }
	printf "panel %d: %d words, most %s (%d), last in read %d\n", seed, kinds, word, best, where[word]
}' | sort | tail -n 3
exit "${PIPESTATUS[1]}"
