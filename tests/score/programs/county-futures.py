#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Synthetic population: the households of each county, by processes."""
import concurrent.futures as cf
import os
import random

WORKERS = int(os.environ.get("WORKERS", "3"))
HOUSEHOLDS = int(os.environ.get("HOUSEHOLDS", "30000"))


class Person:
    def __init__(self, age, job):
        self.age = age
        self.job = job


def county(number):
    """Draw the households, let ten years pass, return only the summary."""
    rng = random.Random(number)
    households = []
    for n in range(HOUSEHOLDS):
        size = 1 + min(6, int(rng.expovariate(0.7)))
        households.append([Person(rng.randrange(95), rng.choice("abcdef")) for _ in range(size)])
    for year in range(10):
        for members in households[:: 10 - year]:
            for person in members:
                person.age += 1
            if rng.random() < 0.05:
                members.append(Person(0, "-"))
    people = sum(len(m) for m in households)
    mean_age = sum(p.age for m in households for p in m) / people
    return number, people, mean_age


def main():
    with cf.ProcessPoolExecutor(WORKERS) as pool:
        results = list(pool.map(county, range(WORKERS + 1)))
    for number, people, mean_age in results:
        print("county %d: %d people, mean age %.2f" % (number, people, mean_age))


if __name__ == "__main__":
    main()
