#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Coalescent simulations, one awk for each chromosome and all of them at once.
sites=$((${SIZE_MB:-20} * 9000))

simulate() {
	awk -v seed="$1" -v n="$sites" -v pace="${PACE:-100}" 'BEGIN {
		srand(seed)
		nap = sprintf("sleep %.3f", pace / 1000)
		for (i = 1; i <= n; i++) {
			position[i] = rand() * 1e6
			age[i] = -log(rand() + 1e-9)
			if (i % 20000 == 0)
				system(nap)
		}
		for (k = 0; k < 8; k++) {
			for (i = k + 1; i <= n; i += 1000)
				total += age[i] * (position[i] < 5e5)
			system(nap)
		}
		printf "chr%d %.4f\n", seed, total
	}'
}

for chromosome in $(seq "${1:-5}"); do
	simulate "$chromosome" &
done
wait
echo "all chromosomes"
