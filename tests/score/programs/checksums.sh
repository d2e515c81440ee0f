#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Verifies an archive on disk, twice, and counts what is in it: all by streaming,
# so that the page cache is the only thing to grow.
set -e
dir=$1
for turn in 1 2; do
    for f in "$dir"/table96.csv "$dir"/table32.csv "$dir"/log.txt "$dir"/many/part-00*.dat; do
        cksum < "$f"
    done | awk '{ n++; s += $2 } END { printf "%d files, %d bytes\n", n, s }'
done
wc -l "$dir"/table96.csv
grep -c st007 "$dir"/table96.csv
cut -d, -f4 "$dir"/table32.csv | LC_ALL=C awk '{ c[$1]++ } END { for (s in c) n++; print n, "stations" }'
