#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Shortest routes in a grid city, the answers in a cache of bounded size
# (the oldest goes); memory stays far from the limit.
use strict;
use warnings;
use Time::HiRes qw(usleep);

my $side  = 60;
my $bound = ($ENV{SIZE_MB} // 20) * 20;
my $pace  = ($ENV{PACE} // 5) * 1000;
my (%cache, @order, $hits, $sum);
srand(6);
my @cost = map { 1 + int rand 9 } 1 .. $side * $side;

sub routes {
	my ($from) = @_;
	my @dist = (1e9) x ($side * $side);
	my @queue = ($from);
	$dist[$from] = 0;
	while (@queue) {
		my $at = shift @queue;
		last if $dist[$at] > 30;
		for my $step (-1, 1, -$side, $side) {
			my $to = $at + $step;
			next if $to < 0 || $to >= @dist;
			my $d = $dist[$at] + $cost[$to];
			next if $d >= $dist[$to];
			$dist[$to] = $d;
			push @queue, $to;
		}
	}
	return pack 'l*', @dist;
}

for my $query (1 .. 2500) {
	my $from = int rand($side * $side);
	if ($cache{$from}) { $hits++ }
	else {
		$cache{$from} = routes($from);
		push @order, $from;
		delete $cache{ shift @order } if @order > $bound;
	}
	$sum += unpack 'l', substr $cache{$from}, 4 * (($from + 5) % ($side * $side)), 4;
	usleep($pace) if $query % 50 == 0;
}
printf "%d in the cache, %d hits, check %d\n", scalar keys %cache, $hits // 0, $sum % 100003;
