#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Base qualities of all reads by cycle: read to arrays first, plotted (here: printed) after.
use strict;
use warnings;

my ($file) = @ARGV or die "usage: qual-matrix.pl READS.fastq.gz\n";
open(my $in, '-|', 'gzip', '-dc', $file) or die "$file: $!\n";

my (@reads, %gc);
while (my $head = <$in>) {
	my $seq = <$in>;
	my $plus = <$in>;
	my $qual = <$in>;
	chomp($head, $seq, $qual);
	my @q = map { ord($_) - 33 } split //, $qual;
	push @reads, { name => substr($head, 1), seq => $seq, q => \@q };
	$gc{ int(10 * ($seq =~ tr/GC//) / length $seq) }++;
}
close $in;

my @mean;
for my $r (@reads) {
	my $q = $r->{q};
	$mean[$_] += $q->[$_] for 0 .. $#$q;
}
my @order = sort { $reads[$a]{seq} cmp $reads[$b]{seq} } 0 .. $#reads;
my $dups = 0;
for my $i (1 .. $#order) {
	$dups++ if $reads[ $order[$i] ]{seq} eq $reads[ $order[ $i - 1 ] ]{seq};
}
printf "%d reads, %d duplicates, quality of cycle 1 %.1f, gc bins %s\n",
	scalar @reads, $dups, $mean[0] / @reads, join(' ', map { "$_:$gc{$_}" } sort keys %gc);
