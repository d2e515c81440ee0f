#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Means by station and flag of tables that may be of any size.
use strict;
use warnings;

my (%n, %sum, $rows);
for my $path (@ARGV) {
    open my $fh, '<', $path or die "$path: $!\n";
    scalar <$fh>;
    while (<$fh>) {
        my @f = split /,/;
        $n{$f[3]}++;
        $sum{$f[3]} += $f[5];
        $rows++;
    }
    close $fh;
}
printf "%s %.3f\n", $_, $sum{$_} / $n{$_} for (sort keys %n)[0 .. 4];
print "$rows rows\n";
