#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Needleman-Wunsch of two contigs with affine gaps; the whole score matrix and
# the pointers are kept, since the alignment is traced back through them.
use strict;
use warnings;

my $n = shift // 1300;
my ($match, $mismatch, $gap) = (2, -1, -2);
srand(7);

my @a = map { (qw(A C G T))[rand 4] } 1 .. $n;
my @b = @a;
for (1 .. $n / 10) {                       # some mutations
    $b[rand @b] = (qw(A C G T))[rand 4];
    splice(@b, rand @b, 1) if rand() < 0.2;
}
my $m = @b;

my (@score, @from);
$score[0] = [ map { $gap * $_ } 0 .. $m ];
$from[0]  = "L" x ($m + 1);

for my $i (1 .. $n) {
    my $up  = $score[ $i - 1 ];
    my @row = ($gap * $i);
    my $dir = "U";
    my $x   = $a[ $i - 1 ];
    for my $j (1 .. $m) {
        my $best = $up->[ $j - 1 ] + ($x eq $b[ $j - 1 ] ? $match : $mismatch);
        my $d    = "D";
        my $u    = $up->[$j] + $gap;
        if ($u > $best) { $best = $u; $d = "U" }
        my $l = $row[ $j - 1 ] + $gap;
        if ($l > $best) { $best = $l; $d = "L" }
        push @row, $best;
        $dir .= $d;
    }
    $score[$i] = \@row;
    $from[$i]  = $dir;
}

my ($i, $j, $same, $len) = ($n, $m, 0, 0);
while ($i > 0 || $j > 0) {
    my $d = $i == 0 ? "L" : $j == 0 ? "U" : substr($from[$i], $j, 1);
    if ($d eq "D") { $same++ if $a[ --$i ] eq $b[ --$j ] }
    elsif ($d eq "U") { $i-- }
    else              { $j-- }
    $len++;
}
printf "score %d, identity %.3f over %d\n", $score[$n][$m], $same / $len, $len;
