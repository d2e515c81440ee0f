#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Text model: draws sentences from a Zipf source, counts each word with its
# neighbours.  The vocabulary is finite: the table fills up and stays.
use strict;
use warnings;
use Time::HiRes qw(usleep);

my $words = ($ENV{SIZE_MB} // 40) * 1000;
my $pace  = ($ENV{PACE} // 5) * 1000;
my $draws = 900_000;
my (%table, $total);
srand(5);

sub word { return 'w' . int($words * rand() ** 3) }

my $before = 'start';
for my $n (1 .. $draws) {
	my $w = word();
	my $entry = $table{$w} //= { count => 0, first => $n, after => [ (0) x 24 ] };
	$entry->{count}++;
	$entry->{after}[length($before) * 5 % 24] += 1;
	$before = $w;
	$total += $entry->{count} == 1;
	usleep($pace) if $n % 10_000 == 0;
}
my ($top) = sort { $table{$b}{count} <=> $table{$a}{count} } keys %table;
print "vocabulary $total of $words, most frequent $top ($table{$top}{count})\n";
