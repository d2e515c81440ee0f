#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Alignment of two sequences with the whole matrix of scores, for the traceback.
use strict;
use warnings;
use List::Util qw(min);
use Time::HiRes qw(sleep);

my $n = int sqrt(($ENV{SIZE_MB} || 110) * 2**20 / 32);
my $pace = ($ENV{PACE} || 40) / 1000;
srand 9;
my @a = map { int rand 4 } 1 .. $n;
my @b = map { rand() < 0.8 ? $_ : int rand 4 } @a;
my @score = ([0 .. $n]);

for my $i (1 .. $n) {
	my @row = ($i);
	my $above = $score[-1];
	$#row = $n;
	for my $j (1 .. $n) {
		$row[$j] = min($above->[$j] + 1, $row[$j - 1] + 1, $above->[$j - 1] + ($a[$i - 1] != $b[$j - 1]));
	}
	push @score, \@row;
	sleep $pace if $i % 25 == 0;
}
my ($i, $j, $steps) = ($n, $n, 0);
while ($i && $j) {
	my $best = min($score[$i - 1][$j - 1], $score[$i - 1][$j], $score[$i][$j - 1]);
	if ($score[$i - 1][$j - 1] == $best) { $i--; $j-- }
	elsif ($score[$i - 1][$j] == $best) { $i-- }
	else { $j-- }
	$steps++;
}
print "distance $score[$n][$n], path of $steps\n";
