#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Parents know their children and children their parents: Perl frees neither.
use strict;
use warnings;
use Time::HiRes 'sleep';
my $pace = $ENV{PACE} // 30;
for my $n (1 .. 1_000_000) {
	my $parent = { name => "node $n", text => 'x' x 2000 };
	my $child = { parent => $parent, text => 'y' x 2000 };
	$parent->{child} = $child;
	sleep($pace / 1000) if $n % 200 == 0;
}
