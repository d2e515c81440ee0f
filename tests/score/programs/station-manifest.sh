#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A manifest of the stations' measurements: the table in an array, a sample of it
# checked row by row.    usage: station-manifest.sh TABLE.csv STEP
table=${1:?usage: $0 TABLE STEP}
step=${2:-900}
export LC_ALL=C

mapfile -t rows < "$table" || exit 1
total=${#rows[@]}
echo "read $total rows" >&2

declare -A seen
bad=0
warm=0
for ((i = 1; i < total; i += step)); do
	IFS=, read -r id lat lon station time temp rain flag <<< "${rows[i]}"
	seen[$station]=$((${seen[$station]:-0} + 1))
	[[ $flag == ok && $time == 20* ]] || ((bad++))
	[[ ${temp%.*} -gt 20 ]] && ((warm++))
done

best=
for station in "${!seen[@]}"; do
	if [[ -z $best ]] || ((seen[$station] > seen[$best])); then
		best=$station
	fi
done
echo "rows $total, stations in the sample ${#seen[@]}, warm $warm, bad $bad, most $best"
