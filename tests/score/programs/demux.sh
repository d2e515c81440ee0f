#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# demux.sh TABLE FOLDER: a file for each station in a fast folder, then the
# coldest hour of each.
set -e
mkdir -p "$2"
awk -F, -v to="$2" -v pace="${PACE:-50}" '
	BEGIN { nap = sprintf("sleep %.3f", pace / 1000) }
	NR == 1 { next }
	{ print $5, $6, $1, $2, $3 > (to "/" $4 ".txt") }
	NR % 20000 == 0 { system(nap) }' "$1"
ls "$2" | wc -l
for f in "$2"/*.txt; do
	sort -S 2M -k 2n "$f" | head -n 1
done | sort | uniq -c | head
rm -r "$2"
