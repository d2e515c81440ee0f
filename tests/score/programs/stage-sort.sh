#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "Fast" sort of simulated alignments: the parts, and the merged file, are staged
# in the memory file system of the node.
set -eo pipefail
scratch=$S/align.$$
parts=${PARTS:-8}
lines=${LINES_PER_PART:-120000}
mkdir -p "$scratch"
trap 'rm -rf "$scratch"' EXIT

for ((p = 0; p < parts; p++)); do
	awk -v seed=$p -v n="$lines" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			printf "chr%d\t%09d\tread%d.%d\t60M\tACGTACGTACGTACGTACGTACGT\n",
				1 + int(rand() * 22), int(rand() * 2e8), seed, i
	}' | LC_ALL=C sort -S 4M -T "${TMPDIR:-/tmp}" -k1,1 -k2,2 > "$scratch/part.$p"
	echo "part $p sorted" >&2
done
LC_ALL=C sort -m -S 4M -k1,1 -k2,2 "$scratch"/part.* > "$scratch/all"
echo "$(wc -l < "$scratch/all") alignments, first $(head -n 1 "$scratch/all" | cut -f 1,2 | tr '\t' :)"
