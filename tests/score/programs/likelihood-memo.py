#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A sampler whose likelihood has an unbounded lru_cache on its (continuous)
parameters: no call ever hits it, each adds an entry."""
import functools
import math
import random
import sys
import time

steps = int(sys.argv[1]) if len(sys.argv) > 1 else 60000
pace = float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0
random.seed(8)
data = [random.gauss(2.0, 1.5) for _ in range(60)]


@functools.lru_cache(maxsize=None)
def terms(mu, sigma):
    """Terms of the log likelihood; cached, for 'the same point comes again'."""
    return tuple(-0.5 * ((x - mu) / sigma) ** 2 - math.log(sigma) for x in data)


def prior(mu, sigma):
    return -mu * mu / 200 - sigma / 10 if sigma > 0 else -math.inf


def main():
    mu, sigma = 0.0, 1.0
    now = sum(terms(mu, sigma)) + prior(mu, sigma)
    accepted = 0
    total = 0.0
    for n in range(steps):
        m, s = mu + random.gauss(0, 0.3), sigma * math.exp(random.gauss(0, 0.1))
        new = sum(terms(m, s)) + prior(m, s)
        if math.log(random.random()) < new - now:
            mu, sigma, now = m, s, new
            accepted += 1
        total += mu
        if n % 100 == 0 and pace:
            time.sleep(pace)
    print("mean of mu %.3f, accepted %.2f" % (total / steps, accepted / steps))


main()
