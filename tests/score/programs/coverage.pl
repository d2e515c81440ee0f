#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Depth of the reads of one sample, position by position (cohort.mk calls it).
use strict;
use warnings;

my $sample = shift or die "coverage: which sample?\n";
my $positions = int(($ENV{SIZE_MB} // 25) * 2**20 / 32);
my $pace = ($ENV{PACE} // 50) / 1000;
srand($sample =~ /(\d+)/ ? $1 : 0);
my @depth;
for my $window (0 .. 31) {
	my $from = int($positions / 32) * $window;
	$depth[$_] = int rand 60 for $from .. $from + int($positions / 32);
	select undef, undef, undef, $pace;
}
my $shallow = grep { $_ < 10 } @depth;
select undef, undef, undef, 0.5;
printf "%s %.3f\n", $sample, $shallow / @depth;
