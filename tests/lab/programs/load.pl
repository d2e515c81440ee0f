#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# load.pl FILE: read a whole table into arrays.
use strict;
$| = 1;
print "reading $ARGV[0]\n";
open(my $in, '<', $ARGV[0]) or die;
my @rows;
while (my $line = <$in>) {
	chomp $line;
	push @rows, [split /,/, $line];
}
print scalar(@rows), " rows\n";
