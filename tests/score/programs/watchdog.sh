#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A run with a watchdog that has no patience: it kills with -9 what it started.
perl -MTime::HiRes=sleep -e '
	my @trace;
	for my $n (1 .. 400) {
		push @trace, "x" x 200_000;
		sleep 0.05 if $n < 300;
		sleep 60 if $n == 300;
	}' &
run=$!
(sleep "${PATIENCE:-20}"; kill -KILL $run) &
wait $run
status=$?
echo "run ended with $status"
exit $status
