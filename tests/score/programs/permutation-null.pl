#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Null distribution of a test by permutation: scores are kept up to a fixed number (a reservoir),
# and permutations go on until the wall time that the user has given with timeout(1).
use strict;
use warnings;

my ($keep, $samples) = @ARGV;
$keep //= 600000;
$samples //= 40;
my @case = map { sin $_ } 1 .. $samples;
my (@null, $seen);
srand 6;
$| = 1;
while (1) {
	my $sum = 0;
	$sum += rand() < 0.5 ? $_ : -$_ for @case;
	$seen++;
	if (@null < $keep) {
		push @null, [ $sum, $seen, $sum * $sum ];
	} else {
		$null[ rand $keep ] = [ $sum, $seen, $sum * $sum ];
	}
	# a first look, cheap
	printf "%d permutations, %d kept\n", $seen, scalar @null if $seen % 20000 == 0;
}
