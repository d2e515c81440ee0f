#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# count k-mers of the reads, split over child processes by first base(s); each child
# reads the file again (reading is cheap) and counts those of its own
use strict; use warnings;
my ($fn, $k, $reads, @bins) = @ARGV;
@bins = qw(A C G T) unless @bins;
my %pid; my @out;
for my $b (@bins) {
	my $pid = open(my $fh, '-|') // die "fork: $!";
	if (!$pid) {
		child($b);
		exit 0;
	}
	push @out, [ $b, $fh, $pid ];
}

sub child {
	my ($b) = @_;
	my (%c, $n, $i);
	open my $z, '-|', 'gzip', '-dc', $fn or die $!;
	while (<$z>) {
		next unless $. % 4 == 2;
		last if ++$n > $reads;
		chomp;
		for ($i = 0; $i <= length($_) - $k; $i += 1) {
			next if substr($_, $i, length $b) ne $b;
			$c{ substr $_, $i, $k }++;
		}
	}
	close $z;
	my ($distinct, $max) = (0, 0);
	while (my ($s, $m) = each %c) {
		$distinct++;
		$max = $m if $m > $max;
	}
	print "$b $distinct distinct, most frequent $max times\n";
}

my $bad = 0;
for my $o (@out) {
	my ($b, $fh) = @$o;
	my $line = <$fh>;
	if (!close $fh) { warn "bin $b: child ended with $?\n"; $bad++; next }
	print $line if defined $line;
}
exit($bad ? 1 : 0);
