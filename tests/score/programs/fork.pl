#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# One child for each chromosome; the annotation is a hash in the parent, and
# each child works it over.
use strict;
use warnings;
use Time::HiRes 'sleep';
my $size = ($ENV{SIZE_MB} // 20) * 1000;
my $pace = ($ENV{PACE} // 20) / 1000;
my %gene = map { $_ => 'g' x 600 } 1 .. $size;
for my $chromosome (1 .. $ARGV[0]) {
	next if fork;
	my %mine;
	for my $n (1 .. $size) {
		$mine{$n} = $gene{$n} . $chromosome;
		sleep $pace if $n % 1000 == 0;
	}
	sleep $pace * 20;
	exit 0;
}
1 while wait > 0;
print "done\n";
