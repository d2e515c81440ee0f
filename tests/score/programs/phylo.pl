#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# UMI families: put the reads into families by their first 8 bases, call a consensus.
# usage: phylo.pl reads.fastq.gz [minimum size of family]
use strict; use warnings;
my ($fn, $min) = @ARGV;
$min //= 2;
my %fam;            # umi -> [ [name, seq, [quals]], ... ]
my ($n, $skipped) = (0, 0);
open(my $fh, "gzip -dc $fn |") or die "gzip: $!";
while (my $h = <$fh>) {
	my $s = <$fh>; my $plus = <$fh>; my $q = <$fh>;
	chomp($h, $s, $q);
	if ($s =~ /N{3}/) { $skipped++; next }
	$h =~ s/^@//;
	my @q = map { ord($_) - 33 } split //, substr($q, 0, 20);
	push @{ $fam{substr $s, 0, 8} }, [ $h, $s, $q, \@q ];
	if (++$n % 10000 == 0) { print STDERR "$n reads\n"; }
}
close $fh;
print STDERR "$n reads, $skipped skipped, ", scalar(keys %fam), " families\n";

my ($big, $mism) = (0, 0);
for my $u (sort keys %fam) {
	my @r = @{ $fam{$u} };
	next if @r < $min;
	$big++;
	my $cons = '';
	for my $i (0 .. 19) {
		my %v;
		$v{ substr $_->[1], $i, 1 } += $_->[3][$i] for @r;
		my ($best) = sort { $v{$b} <=> $v{$a} || $a cmp $b } keys %v;
		$cons .= $best;
		$mism += keys(%v) - 1;
	}
	print "$u\t", scalar(@r), "\t$cons\n" if $big % 2000 == 0;
}
print "families of $min or more: $big, mismatches $mism\n";
