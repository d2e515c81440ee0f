#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# one awk for each variable, in the background, as there are several CPUs
# needs the whole column sorted by station for the median -> keeps values in memory
T=$1
COLS=${2:-"2 3 6 7"}
export LC_ALL=C
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

column() {
	awk -F, -v c="$1" '
	NR == 1 { name = $c; next }
	NR % 2  { v[$4, ++n[$4]] = $c + 0 }
	END {
		for (s in n) {
			m = 0
			# not a true median. good enough for the plot
			for (i = 1; i <= n[s]; i++) m += v[s, i] > 0 ? 1 : -1
			printf "%s %s %d %d\n", name, s, n[s], m
		}
	}' "$T" > "$out/$1"
}

pids=()
for c in $COLS; do
	column "$c" &
	pids+=($!)
done
rc=0
for p in "${pids[@]}"; do
	wait "$p" || { echo "column job $p failed: $?"; rc=1; }
done
sort -k2,2 "$out"/* | head -n 4
exit $rc
