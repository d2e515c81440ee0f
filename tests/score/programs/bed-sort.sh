#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sort a large table by station and time, with the scratch of sort(1) in fast memory
# usage: bed-sort.sh TABLE SCRATCH
set -e -o pipefail
table=$1
scratch=$2/sort.$$
export LC_ALL=C
mkdir -p "$scratch"
trap 'rm -rf "$scratch"' EXIT

tail -n +2 "$table" |
	sort -t, -k4,4 -k5,5 -k1,1n -S 10M --parallel=1 -T "$scratch" |
	awk -F, '
		$4 != last { if (n) printf "%s %d %.2f\n", last, n, sum / n; last = $4; n = sum = 0 }
		{ n++; sum += $6 }
		END { printf "%s %d %.2f\n", last, n, sum / n }' > "$scratch/means"
echo "stations: $(wc -l < "$scratch/means"), warmest: $(sort -k3,3nr "$scratch/means" | head -1)"
