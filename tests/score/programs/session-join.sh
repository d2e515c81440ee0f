#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions of each user over all hosts: which users have moved from host to host.
set -e
awk '
	{
		user = $NF
		n[user]++
		line[user, n[user]] = $0
		host[user] = host[user] " " $3
	}
	END {
		moved = 0
		for (u in n) {
			split(host[u], h, " ")
			for (k = 2; k <= n[u]; k++)
				if (h[k] != h[k - 1]) {
					moved++
					if (length(line[u, k]) > longest)
						longest = length(line[u, k])
				}
		}
		printf "%d moves, longest line %d\n", moved, longest
	}
' "$@"
