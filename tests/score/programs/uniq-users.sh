#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Users over several months of logs, sorted out with the fast folder for temporaries.
# usage: uniq-users.sh FOLDER LOG [MONTHS]
set -e -o pipefail
tmp=$1
log=$2
months=${3:-6}
mkdir -p "$tmp/sort"
trap 'rm -rf "$tmp/sort"' EXIT

all_months() {
	for ((m = 1; m <= months; m++)); do
		sed "s/^2026-11/2026-$m/" "$log"
		sleep 0.2
	done
}

all_months |
	LC_ALL=C sort -S 3M -T "$tmp/sort" -k8,8 -k1,2 |
	awk '$NF != last { users++; last = $NF } END { print users " users, " NR " sessions" }'
