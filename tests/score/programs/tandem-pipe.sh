#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A pipeline of three unlike programs that run at the same time: an awk
# simulator that remembers its sites, a Perl indexer, a Python summary.
# Each of them fits into the job alone.
set -e
n=${SIZE_MB:-90}000
awk -v n="$n" 'BEGIN {
	srand(4)
	for (i = 0; i < n; i++) {
		site[i] = sprintf("site%07d:%.6f:%.6f", i, rand() * 90, rand() * 180)
		print i, int(rand() * 5000), site[i]
	}
	for (i = 0; i < n; i += 97) print i, 0, site[n - 1 - i]
}' | perl -ne '
	chomp; my ($id, $cell, $site) = split / /;
	push @{$of{$cell}}, [$id, $site];
	print "$id $cell\n" if @{$of{$cell}} > 2;
	END { print STDERR scalar(keys %of), " cells indexed\n" }
' | /usr/bin/python3 -c '
import sys
members = {}
for line in sys.stdin:
    i, cell = line.split()
    members.setdefault(int(cell), []).append((int(i), float(len(i))))
big = max(members, key=lambda c: len(members[c]))
print("largest cell", big, "with", len(members[big]), "sites")
'
