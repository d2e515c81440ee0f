#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An epidemic's contacts, three tools at a time: the simulator keeps the people,
# awk the matrix of places, sort the order of events.
set -e -o pipefail
people=${1:-60000}
days=${2:-10}
export LC_ALL=C

simulate() {
	perl -e '
		use strict; use warnings;
		my ($people, $days) = @ARGV;
		srand 5;
		my @person;
		for my $p (0 .. $people - 1) {
			push @person, { home => int rand 9000, work => int rand 2500, age => int rand 90, ill => $p % 97 == 0 };
			printf "%d %d %d %d\n", 0, $p, $person[$p]{home}, $person[$p]{work};
		}
		for my $day (1 .. $days) {
			for (1 .. $people / 2) {
				my ($p, $q) = (int rand $people, int rand $people);
				$person[$q]{ill} ||= $person[$p]{ill} && rand() < 0.4;
				printf "%d %d %d %d\n", $day, $p, $person[$p]{home}, $person[$q]{work};
			}
		}
		printf STDERR "ill: %d\n", scalar grep { $_->{ill} } @person;
	' "$people" "$days"
}

# how often a home meets a place of work, only the first of each day passes on
places() {
	awk '{ if (meet[$3 % 1500, $4 % 150]++ < 3) print }
	     END { for (k in meet) if (meet[k] > m) m = meet[k]
	           print "most meetings of a pair: " m > "/dev/stderr" }'
}

simulate | places | sort -S 32M -k3,3n -k4,4n -k1,1n |
	awk '$3 != last { n++; last = $3 } END { print "homes with contacts: " n, "events: " NR }'
