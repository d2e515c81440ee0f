#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Repeat mask of a genome as one bit a base: small chromosomes first, then the
# whole assembly's concatenation in one string.
use strict;
use warnings;
use Time::HiRes qw(usleep);

my $total = ($ENV{SIZE_MB} // 220) * 8 * 1048576;
my $pace  = ($ENV{PACE} // 50) * 1000;
srand(23);

sub mask {
	my ($bases, $repeats) = @_;
	my $bits = '';
	vec($bits, $bases - 1, 1) = 0;		# to its full length
	for (1 .. $repeats) {
		my $start = int rand($bases - 400);
		vec($bits, $_, 1) = 1 for $start .. $start + 20 + int rand 300;
	}
	return \$bits;
}

my %masked;
for my $chrom (1 .. 22) {
	my $bits = mask(200_000 * (23 - $chrom), 150);
	$masked{$chrom} = unpack '%32b*', $$bits;
	usleep($pace);
}
print "chr1 masked $masked{1}, chr22 masked $masked{22}\n";
my $all = mask($total, 2000);
my $probe = 0;
$probe += vec($$all, int rand $total, 1) for 1 .. 100_000;
printf "assembly of %d bases, probe %d of 100000\n", $total, $probe;
