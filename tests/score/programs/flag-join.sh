#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Joins two tables by row number with awk: the first is held, the second
# passes by.
first=$1 second=$2
awk -F, -v pace="${PACE:-0}" '
NR == FNR {
	if (FNR > 1)
		held[FNR] = $2 "," $3 "," $4 "," $5 "," $6
	if (pace > 0 && FNR % 20000 == 0)
		system("sleep " pace / 1000)
	next
}
FNR > 1 {
	split(held[FNR], a, ",")
	if (a[3] == $4) { same++; diff += $6 - a[5] }
	else other++
}
END { printf "%d alike, %d not, difference %.3f\n", same, other, diff }
' "$first" "$second"
