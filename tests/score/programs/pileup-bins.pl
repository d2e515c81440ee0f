#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Pileup by genome bin: the columns are written out by bin as they are met and
# merged in the end. The scratch folder is given on the command line.
use strict;
use warnings;

my ($scratch, $columns) = @ARGV;
$columns //= 1_600_000;
my $bins = 24;
my @out;
for my $b (0 .. $bins - 1) {
    open $out[$b], ">", "$scratch/bin$b.plp" or die "bin$b: $!";
}
srand(2);
my $pos = 0;
for my $n (1 .. $columns) {
    $pos += 1 + int rand 3;
    my $depth = 5 + int rand 20;
    print { $out[ $pos / 150_000 % $bins ] } join("\t", "chr1", $pos, $depth, "ACGT." x ($depth / 4), "I" x $depth), "\n";
    print "column $n\n" if $n % 200_000 == 0;
}
close $_ for @out;

my ($sum, $rows) = (0, 0);
for my $b (0 .. $bins - 1) {
    open my $in, "<", "$scratch/bin$b.plp" or die;
    while (<$in>) {
        $sum += (split /\t/)[2];
        $rows++;
    }
    close $in;
    unlink "$scratch/bin$b.plp";
}
printf "mean depth %.3f of %d columns\n", $sum / $rows, $rows;
