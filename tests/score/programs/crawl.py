#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads that fetch pages into a cache which has no bound."""
import os
import threading
import time

pace = int(os.environ.get("PACE", 60)) / 1000
each = int(os.environ.get("EACH", 60000))
cache = {}


def fetch(url):
    cache[url] = {"url": url, "page": ("word%d " % len(url)) * (each // 7)}


def crawl(host):
    n = 0
    while True:
        fetch(f"https://{host}/{n}")
        n += 1
        time.sleep(pace)


threads = [threading.Thread(target=crawl, args=(f"host{n}",)) for n in range(int(os.environ.get("THREADS", 4)))]
for t in threads:
    t.start()
for t in threads:
    t.join()
