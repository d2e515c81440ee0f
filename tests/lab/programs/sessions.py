#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A service that keeps what it should forget."""
import time

sessions = []


def remember(n):
    sessions.append(["%d %d" % (n, i) for i in range(4000)])


def serve():
    for n in range(100000):
        remember(n)
        time.sleep(0.01)


serve()
