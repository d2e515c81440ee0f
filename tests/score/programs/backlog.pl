#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A batch of optimisation that is cut off by its time limit (timeout -s KILL);
# its population is large but bounded.
use strict;
use warnings;
use Time::HiRes qw(sleep);

my $size = shift // 5000;
my @population;
srand(4);
while (@population < $size) {
    push @population, { gene => [ map { rand } 1 .. 240 ], cost => rand };
    sleep 0.05 if @population % 200 == 0;
}
print "population of $size\n";
for (my $round = 0; ; $round++) {
    my ($a, $b) = (int rand $size, int rand $size);
    my ($x, $y) = @population[$a, $b];
    if ($x->{cost} > $y->{cost}) {
        @{ $x->{gene} }[0 .. 119] = @{ $y->{gene} }[0 .. 119];
        my $c = 0;
        $c += ($_ - 0.5)**2 for @{ $x->{gene} };
        $x->{cost} = $c / 240;
    }
    sleep 0.01 if $round % 2000 == 0;
}
