#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Stations by temperature, for the atlas: sorted with a small buffer, the
# temporary files on the job's fast scratch.     usage: sort-spill.sh TABLE SCRATCH
set -e -o pipefail
table=$1
scratch=${2:?usage: $0 TABLE SCRATCH}/sort-$$
export LC_ALL=C
mkdir -p "$scratch"
trap 'rm -rf "$scratch"' EXIT

tail -n +2 "$table" |
	sort -S 5M -T "$scratch" --parallel=1 -t, -k6,6g -k4,4 |
	awk -F, '
		NR == 1 { coldest = $4 " " $6 }
		{ last = $4 " " $6; n[$4]++ }
		END {
			for (s in n) stations++
			print "rows", NR, "stations", stations, "coldest", coldest, "warmest", last
		}'
