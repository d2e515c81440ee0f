#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Reads of a lane: unpacks the fastq, holds each read with its quality under
# its name, then writes how often the reads begin alike.
use strict;
use warnings;
use IO::Uncompress::Gunzip qw($GunzipError);
use Time::HiRes qw(usleep);

my ($file, $most) = @ARGV;
my $pace = ($ENV{PACE} // 2) * 1000;
$most //= 1e9;
my $in = IO::Uncompress::Gunzip->new($file, MultiStream => 1) or die $GunzipError;
my (%read, $n);

while (defined(my $name = <$in>)) {
	my $bases = <$in>;
	<$in>;
	my $phred = <$in>;
	chomp($name, $bases, $phred);
	$read{$name} = {
		bases => $bases,
		phred => [ unpack 'C*', substr($phred, 0, 30) ],
		tail  => substr($phred, 30),
	};
	usleep($pace) if ++$n % 1000 == 0;
	last if $n >= $most;
}
my %start;
$start{ substr($_->{bases}, 0, 6) }++ for values %read;
my ($most_frequent) = sort { $start{$b} <=> $start{$a} || $a cmp $b } keys %start;
printf "%d reads, %d starts, most frequent %s (%d)\n", scalar keys %read, scalar keys %start,
	$most_frequent, $start{$most_frequent};
