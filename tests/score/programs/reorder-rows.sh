#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Write the rows of a table grouped by station, the stations in order of their
# number of rows. One pass by awk that keeps all rows, since the order is known
# only at the end.
set -eo pipefail
table=$1
awk -F, -v pause="${PACE:-0}" '
NR == 1 { header = $0; next }
{
	count[$4]++
	row[$4, count[$4]] = $0
	if (pause && NR % 20000 == 0)
		system("sleep 0." pause)
}
END {
	print header
	for (s in count) {
		for (n = 1; n <= count[s]; n++)
			print count[s] "," row[s, n]
	}
}' "$table" | {
	read -r header
	# only the grouping is checked here; the rows go on to the archive
	awk -F, '$5 != last { groups++; last = $5 } { rows++ } END {
		print rows " rows in " groups " groups" }'
	echo "columns: ${header//,/ }" | wc -w >&2
}
