#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A monitor of nodes in plain bash: each round probes some 'nodes', formats a
# report, and appends it to an array "in case somebody wants the history".
rounds=${ROUNDS:-15000}
history=()
declare -A last
bad=0
blank=$(printf '%*s' 1000 '')

probe() {    # node -> state in REPLY, no process started
	local load=$(( (RANDOM + $1 * 17) % 100 ))
	if (( load > 97 )); then
		REPLY="node$1 down load=$load"
		bad=$((bad + 1))
	else
		REPLY="node$1 up load=$load"
	fi
}

round=0
while (( round < rounds )); do
	report="round $round"
	for node in {1..16}; do
		probe $node
		last[$node]=$REPLY
		report+=$'\n'"$REPLY"
	done
	# the padded table for the status page, one block per node
	page=
	for node in {1..16}; do
		line="${last[$node]}$blank"
		page+="${line}${line:0:9000}"
	done
	history+=("$report$page")
	round=$((round + 1))
	(( round % 1000 )) || echo "round $round, $bad bad"
done
echo "$round rounds, $bad times a node was down"
