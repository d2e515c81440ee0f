#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# k-mer spectra by chromosome, some chromosomes at a time
jobs=${1:-4}
size=${2:-130000}
export size

printf '%s\n' chr1 chr2 chr3 chr4 chr5 chr6 | xargs -P "$jobs" -I{} perl -e '
	my ($name) = @ARGV;
	my $bases = $ENV{size};
	srand(ord substr($name, 3));
	my ($window, %count) = ("");
	for my $i (1 .. $bases) {
		$window .= substr("ACGT", int rand 4, 1);
		$window = substr($window, -21);
		$count{$window}++ if length $window == 21;
	}
	my %spectrum;
	$spectrum{$_}++ for values %count;
	printf "%s: %d distinct, %d once\n", $name, scalar keys %count, $spectrum{1} // 0;
' {} || exit 1
echo "spectra done"
