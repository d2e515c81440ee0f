#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A chain of three codes that run side by side for the length of the simulation:
# a land model (awk), a river router (perl), a small atmosphere (numpy).
# Each takes a planned table; they exchange through files in a work folder.
set -e
work=$(mktemp -d /var/tmp/three-codes.XXXXXX)
trap 'rm -rf "$work"' EXIT
cells=${1:-300000}

land() {
	awk -v n="$cells" 'BEGIN {
		for (i = 0; i < n; i++) soil[i] = 0.3 + (i % 17) / 100
		for (day = 1; day <= 6; day++)
			for (i = 0; i < n; i++) soil[i] += 0.001 * sin(day + i)
		for (i = 0; i < n; i++) s += soil[i]
		printf "land %.5f\n", s / n
	}' > "$work/land"
}

rivers() {
	perl -e '
		my ($n) = @ARGV; my (%reach, $sum);
		for my $i (0 .. $n - 1) {
			$reach{"r$i"} = [int($i / 2), 1 + $i % 5];
			select(undef, undef, undef, 0.02) if $i % 10000 == 0;
		}
		for my $i (reverse 1 .. $n - 1) { $reach{"r$reach{qq(r$i)}[0]"}[1] += 0.5 * $reach{"r$i"}[1] }
		printf "rivers %.3f\n", $reach{r0}[1];' $((cells / 3)) > "$work/rivers"
}

atmosphere() {
	/usr/bin/python3 - "$cells" > "$work/atmosphere" <<'EOF'
import sys
import time
import numpy as np
n = int(sys.argv[1])
levels = []
for k in range(12):
    levels.append(np.linspace(0, 1, n) * (k + 1))
    time.sleep(0.1)
for step in range(20):
    for k in range(1, 12):
        levels[k] += 0.01 * (levels[k - 1] - levels[k])
print("atmosphere %.5f" % levels[-1].mean())
EOF
}

land &
a=$!
rivers &
b=$!
atmosphere &
c=$!
wait $a
wait $b
wait $c
cat "$work/land" "$work/rivers" "$work/atmosphere"
