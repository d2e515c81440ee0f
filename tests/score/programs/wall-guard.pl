#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# An annealing of a tour under a guard of wall time: the worker is a child, which the
# parent ends with SIGKILL when its time is over; the job then fails with 137.
use strict;
use warnings;

my $seconds = $ENV{WALL} // 3;
my $cities = $ENV{CITIES} // 60000;

sub anneal {
	srand(4);
	my @x = map { [rand, rand] } 1 .. $cities;
	my @tour = (0 .. $#x);
	my $heat = 1;
	while (1) {
		my ($i, $j) = map { 1 + int rand(@tour - 2) } 1 .. 2;
		my $before = dist(\@x, \@tour, $i) + dist(\@x, \@tour, $j);
		@tour[$i, $j] = @tour[$j, $i];
		my $delta = dist(\@x, \@tour, $i) + dist(\@x, \@tour, $j) - $before;
		@tour[$i, $j] = @tour[$j, $i] if $delta > 0 && rand() > exp(-$delta / $heat);
		$heat = $heat * 0.999999 + 1e-9;
	}
}

sub dist {
	my ($x, $tour, $i) = @_;
	my $d = 0;
	for my $k ($i - 1, $i) {
		my ($p, $q) = map { $x->[$tour->[$_]] } $k, $k + 1;
		$d += sqrt(($p->[0] - $q->[0])**2 + ($p->[1] - $q->[1])**2);
	}
	return $d;
}

my $pid = fork // die "fork: $!";
if (!$pid) {
	anneal();
	exit 0;
}
sleep $seconds;
kill 'KILL', $pid;
waitpid $pid, 0;
my $signal = $? & 127;
print "annealing of $cities cities ended by signal $signal after $seconds s\n";
exit 128 + $signal;
