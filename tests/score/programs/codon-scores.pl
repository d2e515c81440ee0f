#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Scores of pairs of codon windows, remembered: there are so many windows on either
# side only, so that the table is full after a while; then it is but looked up.
use strict;
use warnings;

my $pairs = $ARGV[0] // 1_200_000;
my $width = $ARGV[1] // 640;
my @base = qw(A C G T);
my (%score, $state);
$state = 12345;

sub draw {
	$state = ($state * 1103515245 + 12345) & 0x7fffffff;
	return ($state >> 8) % $width;
}

sub window {
	my ($n) = @_;
	my $s = '';
	for (1 .. 5) {
		$s .= $base[$n & 3];
		$n >>= 2;
	}
	return $s;
}

sub align {
	my ($s, $t) = @_;
	my $x = $s ^ $t;
	return ($x =~ tr/\0//) * 5 - 4;
}

my @windows = map { window($_) } 0 .. $width - 1;
my ($sum, $hits) = (0, 0);
for my $n (1 .. $pairs) {
	my ($s, $t) = ($windows[draw()], $windows[draw()]);
	my $key = "$s:$t";
	if (exists $score{$key}) {
		$hits++;
	} else {
		$score{$key} = align($s, $t);
	}
	$sum += $score{$key};
}
printf "%d pairs, %d known, mean %.3f\n", $pairs, $hits, $sum / $pairs;
