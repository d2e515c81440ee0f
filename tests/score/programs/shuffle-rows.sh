#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shuffle-rows.sh TABLE N: N rows drawn at random, with their header.
set -u
mapfile -t rows <"$1"
header=${rows[0]}
total=$((${#rows[@]} - 1))
echo "$header"
for ((i = 0; i < $2; i++)); do
	echo "${rows[1 + (RANDOM * 32768 + RANDOM) % total]}"
done
