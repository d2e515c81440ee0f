#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Chart parser over generated sentences: edges hold their chart and the chart holds its edges.
use strict;
use warnings;
use Time::HiRes qw(sleep);

my $pace = ($ENV{PACE} // 8) / 1000;
my $most = $ENV{SENTENCES} // 5200;
my @tags = qw(N V A P D R);
srand(9);

sub parse {
    my ($words) = @_;
    my $chart = { words => [@$words], edges => [], best => 0 };
    for my $i (0 .. $#$words) {
        for my $j ($i + 1 .. $i + 6) {
            last if $j > @$words;
            my $score = 0;
            $score += ord($words->[$_]) * 0.01 for $i .. $j - 1;
            my $edge = { chart => $chart, from => $i, to => $j, score => $score,
                         tag => $tags[($i * 3 + $j) % @tags] };
            push @{ $chart->{edges} }, $edge;
            $chart->{best} = $score if $score > $chart->{best};
        }
    }
    return $chart;
}

my ($done, $edges, $best) = (0, 0, 0);
while ($done < $most) {
    my @words = map { $tags[int rand @tags] } 1 .. 40;
    my $chart = parse(\@words);
    $edges += @{ $chart->{edges} };
    $best = $chart->{best} if $chart->{best} > $best;
    $done++;
    sleep $pace if $pace;
}
printf "%d sentences, %d edges, best score %.2f\n", $done, $edges, $best;
