#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Life tables of regions, several at a time: a table of rates per region, age,
# year and cause, by awk.
jobs=${JOBS:-4}
cells=${CELLS:-260000}

one_region='
BEGIN {
	srand(region)
	for (k = 0; k < cells; k++) {
		age = k % 101; year = int(k / 101) % 60; cause = int(k / 6060)
		rate[age, year, cause] = rand() * exp(age / 40) / 1000
	}
	for (c in rate)
		sum += rate[c]
	printf "region %d: %.4f\n", region, sum
}'

printf '%s\n' 1 2 3 4 5 6 7 8 |
	xargs -P "$jobs" -I{} awk -v region={} -v cells="$cells" "$one_region" | sort | tail -n 1
exit "${PIPESTATUS[1]}"
