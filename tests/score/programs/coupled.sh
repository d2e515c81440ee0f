#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One coupled run: the river routing (awk), the soil scheme (perl) and the
# atmosphere (python) run side by side and meet at the end of the day.
set -e
days=${1:-12}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

awk -v days="$days" 'BEGIN {
    srand(3)
    for (c = 0; c < 300000; c++) { down[c] = int(c / 3); flow[c] = rand() }
    for (d = 0; d < 8 * days; d++)
        for (c = 299999; c > 0; c -= 2) flow[down[c]] += flow[c] * 0.1
    print "routing", flow[0] }' > "$tmp/routing" &
routing=$!

perl -e '
    my $days = shift;
    my @layer;
    for my $z (0 .. 5) {
        $layer[$z] = [ map { 0.2 + 0.01 * $z + $_ * 1e-7 } 0 .. 200_000 ];
        select undef, undef, undef, 0.15;
    }
    for my $d (1 .. 12 * $days) {
        for (my $i = 0; $i < 200_000; $i += 11) { $layer[1][$i] += 0.1 * $layer[0][$i] }
    }
    printf "soil %.3f\n", $layer[1][11]' "$days" > "$tmp/soil" &
soil=$!

/usr/bin/python3 - "$days" > "$tmp/atmos" <<'PY' &
import sys
import time
import numpy as np
days = int(sys.argv[1])
state = {}
for name in ("u", "v", "w", "t", "q", "p", "o3"):
    state[name] = np.full((26, 180, 180), 1.0)
    time.sleep(0.3)
for d in range(20 * days):
    state["t"] += 0.01 * state["u"] * state["q"][d % 26]
print("atmosphere %.3f" % state["t"].mean())
PY
atmos=$!

wait $routing; wait $soil; wait $atmos
cat "$tmp"/routing "$tmp"/soil "$tmp"/atmos
