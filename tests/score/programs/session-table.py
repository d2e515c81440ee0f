#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions of an ssh log as objects; who came from most hosts?"""
import re
import sys
from collections import defaultdict

LINE = re.compile(r"(\S+ \S+) (host\d+) sshd\[(\d+)\]: session (\d+) opened for user (\w+)")


class Session:
    def __init__(self, when, host, pid, number, user):
        self.when = when
        self.host = host
        self.pid = int(pid)
        self.number = int(number)
        self.user = user


def load(name):
    sessions = []
    with open(name) as f:
        for line in f:
            m = LINE.match(line)
            if m:
                sessions.append(Session(*m.groups()))
    return sessions


def main():
    sessions = []
    for name in sys.argv[1:]:
        sessions += load(name)
    hosts = defaultdict(set)
    for s in sorted(sessions, key=lambda s: (s.user, s.when)):
        hosts[s.user].add(s.host)
    user = max(hosts, key=lambda u: len(hosts[u]))
    print(len(sessions), "sessions,", len(hosts), "users, most hosts:", user, len(hosts[user]))


if __name__ == "__main__":
    main()
