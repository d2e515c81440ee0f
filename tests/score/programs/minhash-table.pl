#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Count 9-mers of simulated reads of a metagenome; at most 4^9 = 262144 of them exist,
# so that the table fills ever more slowly and then stays as it is.
use strict;
use warnings;

my $reads = $ENV{READS} // 26000;
my $k = $ENV{K} // 9;
my $pace = ($ENV{PACE} // 10) / 1000;
srand(3);

my @genomes = map { join '', map { (qw(A C G T))[rand 4] } 1 .. 30000 } 1 .. 40;
my (%count, %first);

sub read_of {
	my $g = $genomes[rand @genomes];
	my $s = substr $g, int(rand(length($g) - 100)), 100;
	substr($s, int(rand 100), 1) = (qw(A C G T))[rand 4];    # sequencing error
	return $s;
}

for my $n (1 .. $reads) {
	my $s = read_of();
	for my $i (0 .. length($s) - $k) {
		my $w = substr $s, $i, $k;
		$count{$w}++;
		$first{$w} //= $n;
	}
	if ($n % 1000 == 0) {
		select undef, undef, undef, $pace;
		printf STDERR "%d reads, %d distinct\n", $n, scalar keys %count if $n % 5000 == 0;
	}
}

my ($single, $most, $late) = (0, 0, 0);
while (my ($w, $c) = each %count) {
	$single++ if $c == 1;
	$most = $c if $c > $most;
	$late++ if $first{$w} > $reads / 2;
}
printf "%d distinct %d-mers of %d reads, %d singletons, deepest %d, %d first seen late\n",
	scalar keys %count, $k, $reads, $single, $most, $late;
