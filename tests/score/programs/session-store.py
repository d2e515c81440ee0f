#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A portal's back end: jobs are asked for, each visitor gets a session.
(The requests come from a generator here; in use they come from a socket.)
"""
import hashlib
import os
import random
import resource
import time

PACE = float(os.environ.get("PACE", "4")) / 1000


def requests(seed=1):
    rng = random.Random(seed)
    n = 0
    while True:
        n += 1
        cookie = None if rng.random() < 0.9 else "c%d" % rng.randrange(n)
        yield {"cookie": cookie, "path": "/jobs/%d" % rng.randrange(5000), "agent": "curl/%d" % (n % 9)}


class Portal:
    def __init__(self):
        self.sessions = {}
        self.served = 0

    def session(self, request):
        key = request["cookie"]
        if key not in self.sessions:
            key = hashlib.sha256(b"%d" % self.served).hexdigest()
            self.sessions[key] = {
                "agent": request["agent"],
                "since": time.time(),
                "visited": [],
                "form": {"field%d" % k: "%s-%d" % (key[:6], k) for k in range(24)},
            }
        return self.sessions[key]

    def answer(self, request):
        session = self.session(request)
        session["visited"].append(request["path"])
        self.served += 1
        return "<h1>%s</h1><p>%d pages seen</p>" % (request["path"], len(session["visited"]))


def main():
    portal = Portal()
    size = 0
    for request in requests():
        size += len(portal.answer(request))
        if portal.served % 100 == 0:
            time.sleep(PACE)
            if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 660 * 1024:
                break                       # the front end starts us again
    print("served %d requests, %d bytes" % (portal.served, size))


main()
