#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Takes messages from the beam line and drops those it has seen; runs for as
# long as the allocation lasts.
use strict;
use warnings;
use Time::HiRes qw(sleep);

my $burst = shift // 400;
my (%seen, %rate, $dropped, $kept);
$dropped = $kept = 0;

sub receive {
    my $t = shift;
    my @m;
    for my $k (1 .. $burst) {
        my $id = sprintf "%08d-%04d-%s", $t, int(rand 5000), "evt";
        push @m, { id => $id, channel => int(rand 64), charge => rand 100 };
    }
    return @m;
}

sub handle {
    my $m = shift;
    if ($seen{ $m->{id} }) { $dropped++; return }
    $seen{ $m->{id} } = { at => time, channel => $m->{channel} };
    $rate{ $m->{channel} } = 0.99 * ($rate{ $m->{channel} } // 0) + 0.01 * $m->{charge};
    $kept++;
}

for (my $t = 0; $kept < 1_600_000; $t++) {
    handle($_) for receive($t);
    if ($t % 100 == 0) {
        my ($top) = sort { $rate{$b} <=> $rate{$a} } keys %rate;
        print "tick $t kept $kept dropped $dropped busiest $top\n";
    }
    sleep 0.004;
}
