#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# stage the reads next to the CPUs ("scratch is slow"), in the pieces that the aligner wants,
# with an index for each. $S is the fast folder of the job
set -u
PIECE=$1                    # lines per piece
shift                       # the others are lanes
FAST=${S:?no fast folder}/stage.$$
mkdir -p "$FAST" || exit 1
trap 'rm -rf "$FAST"' EXIT
export LC_ALL=C

n=0
lane=0
for READS; do
lane=$((lane + 1))
gzip -dc "$READS" | split -l "$PIECE" -a 3 - "$FAST/piece.$lane."
for p in "$FAST"/piece.$lane.???; do
	# index: sequence, offset. plus the reverse, for the other strand
	awk -v o=0 'NR % 4 == 2 { print $0 "\t" o } { o += length($0) + 1 }' "$p" | sort -S 4M -T "$FAST" > "$p.idx" || exit 1
	cut -f1 "$p.idx" | rev | tr ACGT TGCA | sort -S 4M -T "$FAST" > "$p.rc" || exit 1
	n=$((n + 1))
	[ $((n % 4)) = 0 ] && echo "$n pieces, $(du -sm "$FAST" | cut -f1) MB"
done
done
# "align"
hits=0
for p in "$FAST"/*.idx; do
	h=$(cut -f1 "$p" | join -j1 - "${p%.idx}.rc" 2>/dev/null | wc -l)
	hits=$((hits + h))
done
echo "$n pieces, palindromes: $hits"
