#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Means by station and day of a large table on disk; reads it twice: once for
# the means, once for the deviations.     usage: monthly-means.sh TABLE
set -e -o pipefail
table=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export LC_ALL=C

awk -F, 'NR > 1 { n[$4]++; sum[$4] += $6 }
	END { for (s in n) printf "%s %.5f\n", s, sum[s] / n[s] }' "$table" |
	sort > "$out/means"

awk -v means="$out/means" -F, '
	BEGIN {
		while ((getline line < means) > 0) {
			split(line, f, " ")
			mean[f[1]] = f[2]
		}
	}
	NR > 1 { d = $6 - mean[$4]; sq[$4] += d * d; n[$4]++ }
	END { for (s in n) printf "%s %d %.3f %.3f\n", s, n[s], mean[s], sqrt(sq[s] / n[s]) }
' "$table" | sort -k4,4nr > "$out/stations"

head -3 "$out/stations"
echo "stations: $(wc -l < "$out/stations")"
