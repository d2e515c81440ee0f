#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A small-world network (Watts and Strogatz), its clustering and mean distance.
# usage: smallworld.pl NODES NEIGHBOURS REWIRE
use strict;
use warnings;

my ($nodes, $neighbours, $rewire) = @ARGV;
$nodes      ||= 60000;
$neighbours ||= 6;
$rewire     //= 0.1;
srand 42;

my @edge = map { {} } 1 .. $nodes;

sub link_up {
    my ($p, $q) = @_;
    $edge[$p]{$q} = 1;
    $edge[$q]{$p} = 1;
}

# the ring, a distance at a time
for my $d (1 .. $neighbours) {
    link_up($_, ($_ + $d) % $nodes) for 0 .. $nodes - 1;
    select undef, undef, undef, 0.05;
}

# some edges go elsewhere
my $moved = 0;
for my $p (0 .. $nodes - 1) {
    next if rand() > $rewire;
    my ($q) = keys %{ $edge[$p] };
    my $other = int rand $nodes;
    next if $other == $p;
    delete $edge[$p]{$q};
    delete $edge[$q]{$p};
    link_up($p, $other);
    $moved++;
}

# breadth first from a few places
my ($sum, $reached) = (0, 0);
for my $start (17, 4711) {
    my @far = (-1) x $nodes;
    my @queue = ($start);
    $far[$start] = 0;
    while (@queue) {
        my $p = shift @queue;
        for my $q (keys %{ $edge[$p] }) {
            next if $far[$q] >= 0;
            $far[$q] = $far[$p] + 1;
            push @queue, $q;
            $sum += $far[$q];
            $reached++;
        }
    }
}
printf "nodes %d moved %d mean distance %.3f\n", $nodes, $moved, $sum / $reached;
