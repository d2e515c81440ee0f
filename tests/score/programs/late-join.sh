#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every observation against the last one of its station: needs both tables, the
# second pass goes backwards, so the rows are kept as they come.
file=$1
awk -F, '
NR > 1 {
    row[NR] = $0
    last[$4] = NR
    if (!($4 in first)) first[$4] = NR
}
END {
    for (i = NR; i > 1; i--) {
        split(row[i], f, ",")
        split(row[last[f[4]]], g, ",")
        d = f[6] - g[6]
        sum[f[4]] += d * d
        n[f[4]]++
    }
    for (s in sum) if (sum[s] / n[s] > worst) { worst = sum[s] / n[s]; who = s }
    printf "%d rows, worst station %s %.3f\n", NR - 1, who, worst
}' "$file"
