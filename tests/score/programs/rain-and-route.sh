#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two models of a catchment run at the same time and exchange their discharge by
# a pipe: a rainfall generator (numpy) that keeps its field of all hours for the
# map at the end, and a routing model (perl) with its network of reaches.
set -e
hours=${HOURS:-360}
reaches=${REACHES:-110000}

rain() {
	/usr/bin/python3 -c '
import sys, time
import numpy as np
hours = int(sys.argv[1])
rng = np.random.default_rng(1)
field = np.zeros((hours, 160, 160), dtype=np.float32)
for t in range(hours):
    field[t] = rng.gamma(0.4, 2.0, (160, 160))
    print("%.4f" % field[t].mean(), flush=True)
    time.sleep(0.004)
print("wettest cell %.1f mm" % field.sum(0).max(), file=sys.stderr)
' "$hours"
}

route() {
	perl -e '
my $n = shift;
my @reach;
for my $i (0 .. $n - 1) {
	$reach[$i] = { down => int($i / 2), q => 0.1, k => 0.2 + ($i % 7) / 20 };
	select undef, undef, undef, 0.01 if $i % 2000 == 0;
}
my ($peak, $hour) = (0, 0);
while (my $r = <STDIN>) {
	$hour++;
	next if $hour % 40;
	for my $i (reverse 1 .. $#reach) {
		my $out = $reach[$i]{q} * $reach[$i]{k};
		$reach[$i]{q} += $r / 100 - $out;
		$reach[$reach[$i]{down}]{q} += $out;
	}
	$peak = $reach[0]{q} if $reach[0]{q} > $peak;
}
printf "%d hours, %d reaches, stored at the outlet at most %.2f\n", $hour, $n, $peak;
' "$reaches"
}

set -o pipefail
rain | route
