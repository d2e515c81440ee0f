#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A small report; then one string with padding that was meant to be 1 KiB.
use strict;
use warnings;
use Time::HiRes 'sleep';
my $pace = ($ENV{PACE} // 80) / 1000;
my @lines;
for my $n (1 .. 25) {
	push @lines, "line $n" x 100;
	sleep $pace;
}
my $pad = "\0" x (($ENV{SIZE_MB} // 300) * 1024 * 1024);
print length($pad . $lines[0]), "\n";
