#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Network flows as they come, a summary each 20000 packets; a flow is closed by its FIN packet.
# (The capture is simulated.)
capture() {
	awk 'BEGIN {
		srand(5)
		for (n = 0; n < 2500000; n++)
			print n, int(rand() * 250) "." int(rand() * 250), 1024 + int(rand() * 60000), \
				int(rand() * 1500), rand() < 0.3 ? "FIN" : "ACK"
	}'
}

meter() {
	awk '{
		flow = $2 ":" $3
		bytes[flow] += $4
		if (!(flow in first)) first[flow] = $1
		if ($5 == "FIN") {
			closed++
			total += bytes[flow]
			delete bytes[flow]
			# first[] is kept: a flow may be opened anew
		}
		if (NR % 20000 == 0) printf "packets %d closed %d bytes %d\n", NR, closed, total > "/dev/stderr"
	}
	END { print "closed", closed + 0, "bytes", total + 0 }'
}

capture | meter 2> >(tail -n 3 >&2)
