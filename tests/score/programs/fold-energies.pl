#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# RNA folding (Nussinov): the table of the best number of pairs.
# usage: fold-energies.pl LENGTH
use strict;
use warnings;

my $length = shift // 900;
srand 9;
my @base = map { substr 'ACGU', int rand 4, 1 } 1 .. $length;
my %pairs = map { $_ => 1 } qw(AU UA GC CG GU UG);

my @best;
for my $i (reverse 0 .. $length - 1) {
    my @row = (0) x $length;
    for my $j ($i + 4 .. $length - 1) {
        my $here = $row[ $j - 1 ];
        my $below = $best[ $i + 1 ][$j];
        $here = $below if $below > $here;
        if ($pairs{ $base[$i] . $base[$j] }) {
            my $inner = $best[ $i + 1 ][ $j - 1 ] + 1;
            $here = $inner if $inner > $here;
        }
        $row[$j] = $here;
    }
    $best[$i] = \@row;
}
print "length $length pairs $best[0][$length - 1]\n";
