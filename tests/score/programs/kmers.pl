#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Counts the 10-mers of a genome that is made up here: at most 4 to the tenth.
use strict;
use warnings;
use Time::HiRes 'sleep';
my $size = ($ENV{SIZE_MB} // 4) * 50_000;
srand 5;
my (%count, $window);
$window = '';
for my $n (1 .. $size) {
	$window = substr($window . (qw(A C G T))[rand 4], -10);
	$count{$window}++ if length $window == 10;
	sleep(($ENV{PACE} // 10) / 1000) if $n % 5000 == 0;
}
print scalar(keys %count), " different\n";
