#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# gc-content.sh READS.GZ: a histogram of the GC content, all of it by streaming.
set -o pipefail
zcat "$1" |
	awk 'NR % 4 == 2 { n = gsub(/[GC]/, ""); print int(100 * n / (n + length($0))) }' |
	sort -n -S 3M | uniq -c |
	while read -r count percent; do
		printf '%3d%% %6d\n' "$percent" "$count"
	done | tail -n 5
zcat "$1" | paste - - - - | cut -f 2 | tr -d '\n' | fold -w 12 | tail -c 3000000 | md5sum
