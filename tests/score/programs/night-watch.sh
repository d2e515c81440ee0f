#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Watches the sensors' readings over night; each round's report stays at hand for
# the summary in the morning.
rounds=${1:-100000}
pace=${PACE:-0.02}
declare -A report
alarms=0
bytes=0

read_sensors() {
	local round=$1 s text=
	for ((s = 0; s < 40; s++)); do
		text+="sensor-$s round-$round value $(((round * 7919 + s * 104729) % 1000)) state nominal; "
	done
	for ((s = 0; s < 7; s++)); do
		text+=$text
	done
	REPLY=$text
}

for ((r = 1; r <= rounds; r++)); do
	read_sensors "$r"
	report[$r]=$REPLY
	bytes=$((bytes + ${#REPLY}))
	if ((r * 7919 % 1000 > 990)); then
		alarms=$((alarms + 1))
	fi
	if ((bytes > 600 << 20)); then
		echo "enough for a night"
		break
	fi
	sleep "$pace"
done
echo "${#report[@]} rounds, $alarms alarms"
