#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# split-sort.sh TABLE: a sort in pieces, with the pieces in $S.
set -eu
mkdir -p "$S/in" "$S/out"
split -l 30000 "$1" "$S/in/piece."
echo "pieces: $(ls "$S/in" | wc -l)"
for piece in "$S"/in/piece.*; do
	LC_ALL=C sort -S 4M -t, -k4,4 "$piece" -o "$S/out/${piece##*/}"
	sleep "${PAUSE:-0.2}"
done
LC_ALL=C sort -S 4M -m -t, -k4,4 "$S"/out/piece.* >"$S/sorted.csv"
tail -n 1 "$S/sorted.csv"
