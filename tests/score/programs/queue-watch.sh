#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Watches the load of the node and keeps what it saw, for the summary that is
# printed when somebody makes the file STOP.
declare -a seen
stop=${TMPDIR:-/tmp}/STOP.$$
n=0
bytes=0
while [ ! -e "$stop" ]; do
    read -r one five fifteen procs _ < /proc/loadavg
    read -r up idle < /proc/uptime
    printf -v line '%(%F %T)T load=%s,%s,%s procs=%s up=%s idle=%s state=%-700s' -1 \
        "$one" "$five" "$fifteen" "$procs" "$up" "$idle" "sample$n"
    seen+=("$line")
    n=$((n + 1))
    bytes=$((bytes + ${#line} + 110))
    [ $((n % 10000)) -eq 0 ] && echo "$n samples, first ${seen[0]:0:19}"
    [ $bytes -gt 680000000 ] && break
done
echo "${#seen[@]} samples"
