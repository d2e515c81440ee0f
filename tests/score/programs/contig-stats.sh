#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Statistics of simulated contigs, one process per contig, several at a time.
set -eo pipefail
jobs=${JOBS:-4}
length=${LENGTH:-160000}

stat_one='
my ($contig, $n) = @ARGV;
srand($contig);
my (%at, @pos, $word);
my $seq = "";
for my $i (1 .. $n) {
	$seq .= (qw(A C G T))[rand 4];
	if ($i >= 11) {
		$word = substr $seq, -11;
		push @{ $at{$word} }, $i - 11;
	}
	select undef, undef, undef, 0.02 if $i % 10000 == 0;
}
my $repeats = grep { @$_ > 1 } values %at;
my $gc = ($seq =~ tr/GC//) / $n;
printf "contig-%02d %d %.4f %d\n", $contig, $n, $gc, $repeats;
'

seq 1 $((jobs * 2)) |
	xargs -P "$jobs" -I{} perl -e "$stat_one" {} "$length" |
	sort |
	awk '{ n++; gc += $3; rep += $4 } END {
		if (n < '$((jobs * 2))') exit 1
		printf "%d contigs, GC %.4f, %d repeated words\n", n, gc / n, rep }'
