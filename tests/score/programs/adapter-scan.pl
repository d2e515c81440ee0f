#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Find over-represented read starts (adapters) in a compressed FASTQ file, then
# print the reads that carry them. All records are kept, since the adapters are
# known only after the last read.
use strict;
use warnings;

my $file = shift or die "usage: adapter-scan.pl FILE.gz\n";
my $pace = ($ENV{PACE} // 0) / 1000;

my (@records, %start);
open my $in, '-|', 'gzip', '-dc', $file or die "$file: $!\n";
while (my $name = <$in>) {
	my $seq = <$in>;
	<$in>;
	my $qual = <$in>;
	chomp($name, $seq, $qual);
	(my $reverse = reverse $seq) =~ tr/ACGT/TGCA/;
	push @records, { name => $name, seq => $seq, rc => $reverse, qual => $qual };
	$start{substr $seq, 0, 5}++;
	select undef, undef, undef, $pace if $pace && @records % 500 == 0;
}
close $in;

my @top = (sort { $start{$b} <=> $start{$a} || $a cmp $b } keys %start)[0 .. 9];
my %adapter = map { $_ => 1 } @top;
my ($trimmed, $quality) = (0, 0);
for my $r (@records) {
	next unless $adapter{substr $r->{seq}, 0, 5};
	$r->{seq} = substr $r->{seq}, 5;
	$r->{qual} = substr $r->{qual}, 5;
	substr($r->{rc}, -5) = '';
	$trimmed++;
	$quality += ord(substr $r->{qual}, 0, 1) - 33;
}
printf "%d reads, %d with one of %s..., first quality %.1f\n",
	scalar @records, $trimmed, $top[0], $trimmed ? $quality / $trimmed : 0;
