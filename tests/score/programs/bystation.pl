#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Records by station: a hash of lists of hashes, in the order of the file.
use strict;
use warnings;
use Time::HiRes qw(usleep);

my ($file) = @ARGV or die "usage: bystation FILE\n";
open my $in, '<', $file or die "$file: $!\n";
chomp(my $head = <$in>);
my @names = split /,/, $head;
my %of;
while (my $line = <$in>) {
	chomp $line;
	my %record;
	@record{@names} = split /,/, $line;
	push @{$of{$record{station}}}, \%record;
	usleep(1000 * ($ENV{PACE} // 50)) unless $. % 2500;
}
close $in;
for my $station (sort keys %of) {
	my @warm = grep { $_->{temp} > 30 } @{$of{$station}};
	printf "%s %d of %d\n", $station, scalar @warm, scalar @{$of{$station}} if @warm > 20;
}
