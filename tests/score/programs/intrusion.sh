#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# who opened most sessions, and was it at the full minute? (for the sysadmins' report)
# keeps the log in an array since "we go over it twice"
LOG=$1
EVERY=${2:-250}
t0=$SECONDS
progress() { :; }
lines=()
mapfile -t -c 20000 -C 'progress' lines < <(cat "$LOG") 
echo "${#lines[@]} lines, $((SECONDS - t0)) s"

declare -A who
n=${#lines[@]}
for ((i = 0; i < n; i += EVERY)); do
	set -- ${lines[i]}
	h=$3
	who[$h]=$((${who[$h]:-0} + 1))
done
best= max=0
for h in "${!who[@]}"; do
	if ((who[$h] > max)); then
		max=${who[$h]} best=$h
	fi
done
echo "first time through: $best ($max)"

full=0
for ((i = 0; i < n; i += EVERY)); do
	case ${lines[i]} in
	*:00\ "$best"*) full=$((full + 1)) ;;
	esac
done
echo "second time: $full of $best at the full minute"
exit 0
