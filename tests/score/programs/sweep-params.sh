#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A sweep over the infection rate, a background job for each value.
mkdir -p "$S/sweep"
size=${SIZE_MB:-25}
run() {
	exec perl -e '
		my ($beta, $people) = @ARGV;
		my @person = map { { state => 0, days => 0, home => $_ % 977 } } 1 .. $people;
		srand(3);
		$person[rand @person]{state} = 1 for 1 .. 50;
		for my $day (1 .. 15) {
			my $ill = grep { $_->{state} == 1 } @person;
			my $p = $beta * $ill / @person;
			for (@person) {
				if ($_->{state} == 1) { $_->{state} = 2 if ++$_->{days} > 6 }
				elsif (!$_->{state}) { $_->{state} = 1 if rand() < $p }
			}
		}
		print "$beta ", scalar(grep { $_->{state} } @person), "\n";
	' "$1" "$2"
}
for beta in 0.6 0.9 1.2 1.5; do
	run "$beta" $((size * 2500)) > "$S/sweep/$beta" &
done
wait
sort -n "$S"/sweep/* | awk '{ print "beta", $1, "ill", $2; n++ } END { exit n != 4 }'
status=$?
rm -rf "$S/sweep"
exit $status
