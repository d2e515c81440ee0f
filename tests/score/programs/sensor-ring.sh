#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Watches a (simulated) rack's sensors.  The last 600 readings should be kept
# in a ring, but the index is never taken modulo its length.
length=600
pace=${PACE:-0}
count=0 alarms=0
declare -a ring
RANDOM=7
while :; do
	temp=$((40 + RANDOM % 50))
	printf -v reading 'rack=%02d temp=%d fans=%s %0900d' $((RANDOM % 24)) "$temp" "ok,ok,ok,slow" "$count"
	ring[count]=$reading
	((count++))
	((temp > 88)) && ((alarms++))
	if ((count % 1000 == 0)); then
		# mean of the latest readings' lengths, as a check
		sum=0
		for ((i = count - 50; i < count; i++)); do ((sum += ${#ring[i]})); done
		((pace > 0)) && sleep "$(printf '%d.%03d' $((pace / 1000)) $((pace % 1000)))"
		((count >= 640000)) && break
	fi
done
echo "readings $count alarms $alarms ring $length"
