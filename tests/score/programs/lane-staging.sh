#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks the lanes to the fast scratch, where the aligner wants them, then counts.
set -e
gz=$1
lanes=${2:-6}
work=$S/lanes
mkdir -p "$work"
for lane in $(seq 1 "$lanes"); do
    zcat "$gz" | sed "s/^@read/@L$lane:read/" > "$work/lane$lane.fastq"
    echo "lane $lane staged"
    sleep 0.2
done
for lane in $(seq 1 "$lanes"); do
    awk 'NR % 4 == 2 { n++; g += gsub(/[GC]/, "") } END { print n, g }' "$work/lane$lane.fastq"
done
rm -rf "$work"
