#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Extremes per day of a large table, streamed: gzip for the archive, awk for the
# numbers, sort of the small result. The page cache fills, the processes stay small.
set -e
table=$1
out=${TMPDIR:-/tmp}/extremes.$$
mkdir -p "$out"
trap 'rm -rf "$out"' EXIT

rows=$(tail -n +2 "$table" | wc -l)
cksum < "$table" > "$out/sum"
tail -n +2 "$table" |
	cut -d, -f 4-6 |
	awk -F, '{
		day = substr($2, 1, 10)
		if (!(day in n) || $3 > hi[day]) { hi[day] = $3; where[day] = $1 }
		if (!(day in n) || $3 < lo[day]) lo[day] = $3
		n[day]++
	}
	END {
		for (d in n) printf "%s %.2f %.2f %s\n", d, lo[d], hi[d], where[d]
	}' | sort > "$out/days"

# a second pass for the hours above a threshold
hot=$(cut -d, -f 6 "$table" | awk '$1 > 38 { n++ } END { print n + 0 }')
echo "$rows rows, $(wc -l < "$out/days") days, $hot hot hours, sum $(cut -d' ' -f 1 "$out/sum")"
