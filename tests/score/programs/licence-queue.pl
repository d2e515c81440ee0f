#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Replay of a licence server: requests come, are granted, and come back. The
# record of a returned licence is marked, but never taken out of the table.
use strict;
use warnings;

my $ticks = $ENV{TICKS} // 9000;
my $rate = $ENV{RATE} // 90;
my $pace = ($ENV{PACE} // 4) / 1000;
my $free = 5000;
srand(9);

my (%lease, @due, $refused);

sub request {
	my ($id, $now) = @_;
	if ($free <= 0) {
		$refused++;
		return;
	}
	$free--;
	my $until = $now + 5 + int rand 40;
	$lease{"lease-$id"} = { user => "u" . int(rand 4000), from => $now, until => $until, state => 'held' };
	push @{ $due[$until % 64] }, $id;
}

sub collect {
	my ($now) = @_;
	my $list = $due[$now % 64] or return;
	for my $id (@$list) {
		$lease{"lease-$id"}{state} = 'returned';
		$free++;
	}
	$due[$now % 64] = undef;
}

my $id = 0;
for my $now (1 .. $ticks) {
	collect($now);
	request($id++, $now) for 1 .. int rand 2 * $rate;
	printf "tick %d, free %d\n", $now, $free if $now % 500 == 0;
	select undef, undef, undef, $pace;
	last if $id > 1_100_000;
}
printf "%d requests, %d refused\n", $id, $refused // 0;
