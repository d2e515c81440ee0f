#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Timetable by simulated annealing, until the batch script's watchdog ends it.

The tabu list holds the latest moves; the best plan is printed as it gets better.
"""
import math
import os
import random
import sys

ROOMS, SLOTS, COURSES = 40, 60, 1500
TABU = int(os.environ.get("TABU", "100000"))


def cost(plan, rivals):
    return sum(plan[a][1] == plan[b][1] for a, b in rivals)


def main():
    rng = random.Random(4)
    plan = [(rng.randrange(ROOMS), rng.randrange(SLOTS)) for _ in range(COURSES)]
    rivals = [(rng.randrange(COURSES), rng.randrange(COURSES)) for _ in range(6000)]
    touching = [[] for _ in range(COURSES)]
    for a, b in rivals:
        touching[a].append(b)
        touching[b].append(a)
    tabu, order = {}, [None] * TABU
    current = best = cost(plan, rivals)
    step = 0
    while best > 0 or step < 10**9:
        temperature = 2 * math.exp(-step / 4e5)
        course = rng.randrange(COURSES)
        move = (course, rng.randrange(ROOMS), rng.randrange(SLOTS))
        if move not in tabu:
            old, new = plan[course][1], move[2]
            change = sum((plan[o][1] == new) - (plan[o][1] == old) for o in touching[course])
            if change <= 0 or rng.random() < math.exp(-change / (temperature + 1e-9)):
                plan[course] = move[1:]
                current += change
            last = order[step % TABU]
            tabu.pop(last, None)
            order[step % TABU] = move
            tabu[move] = step
            if current < best:
                best = current
                if best % 50 == 0:
                    print("step", step, "conflicts", best, flush=True)
        step += 1
    sys.exit(0)


main()
