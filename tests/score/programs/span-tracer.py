# SPDX-License-Identifier: GPL-2.0-or-later
"""A job-queue service that traces each request; spans are to be exported at shutdown."""
import os
import random
import time

PACE = float(os.environ.get("PACE", "2")) / 1000
random.seed(8)


def rss_mib():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4 / 1024


class Span:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.children = []
        self.tags = {}
        self.start = time.time()
        if parent:
            parent.children.append(self)

    def tag(self, key, value):
        self.tags[key] = value


class Tracer:
    def __init__(self):
        self.root = Span("service")

    def request(self, number):
        span = Span("request-%d" % number, self.root)
        for step in ("auth", "lookup", "render"):
            child = Span(step, span)
            child.tag("user", "u%05d" % random.randrange(100000))
            child.tag("latency", random.expovariate(1))
        return span


def serve():
    tracer = Tracer()
    number, slowest = 0, 0.0
    while rss_mib() < 700:
        for _ in range(150):
            span = tracer.request(number)
            slowest = max(slowest, max(c.tags["latency"] for c in span.children))
            number += 1
        time.sleep(PACE)
    return number, slowest


print("served %d requests, slowest %.2f" % serve())
