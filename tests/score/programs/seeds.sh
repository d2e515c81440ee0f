#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A percolation threshold from many seeds, four at a time.
workers=${1:-4}
size=${2:-420}
one() {
    awk -v seed="$1" -v L="$size" '
    function find(i) { while (root[i] != i) { root[i] = root[root[i]]; i = root[i] } return i }
    function join_(a, b) { a = find(a); b = find(b); if (a != b) root[a] = b }
    BEGIN {
        srand(seed)
        for (i = 0; i < L * L; i++) { root[i] = i; open[i] = rand() < 0.6 }
        for (y = 0; y < L; y++) for (x = 0; x < L; x++) {
            i = y * L + x
            if (!open[i]) continue
            if (x && open[i - 1]) join_(i, i - 1)
            if (y && open[i - L]) join_(i, i - L)
        }
        for (x = 0; x < L; x++) top[find(x)] = 1
        for (x = 0; x < L; x++) if (find((L - 1) * L + x) in top) { spans = 1; break }
        print seed, spans + 0
    }'
}
export -f one
export size
seq 1 $((workers * 2)) | xargs -P "$workers" -I{} bash -c 'one {}' | awk '{ s += $2 } END { print s / NR }'
