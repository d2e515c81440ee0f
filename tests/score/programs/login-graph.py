# SPDX-License-Identifier: GPL-2.0-or-later
"""Who logged in where: a bipartite graph from sshd's log, then its degrees."""
import os
import sys
import time
from collections import defaultdict

PACE = float(os.environ.get("PACE", "5")) / 1000


class Edge:
    def __init__(self, host, user, stamp):
        self.host = host
        self.user = user
        self.stamp = stamp


def load(path):
    by_host = defaultdict(list)
    with open(path) as f:
        for number, line in enumerate(f):
            day, clock, host, _, _, session, *_, user = line.split()
            by_host[host].append(Edge(host, user, day + "T" + clock))
            if number % 5000 == 0:
                time.sleep(PACE)
    return by_host


graph = load(sys.argv[1])
degree = {host: len({e.user for e in edges}) for host, edges in graph.items()}
hub = max(degree, key=degree.get)
late = max(e.stamp for e in graph[hub])
print("%d hosts, hub %s with %d users, last at %s" % (len(graph), hub, degree[hub], late))
