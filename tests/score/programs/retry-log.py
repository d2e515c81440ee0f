#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Docking of ligands. Some poses clash, which is an exception; those are kept for
a summary at the end, and with each its traceback, and with that all locals."""
import os
import random
import time


class Clash(Exception):
    pass


def parse(ligand):
    return [(random.random(), random.random(), random.random()) for _ in range(900)]


def place(atoms, pose):
    grid = bytearray(os.urandom(512)) * 128
    for n, (x, y, z) in enumerate(atoms):
        cell = int(x * 63) + 64 * int(y * 63)
        grid[cell] = (grid[cell] + n + pose) % 256
    if pose % 2 == 0:
        raise Clash(f"pose {pose} in the wall")
    return sum(grid)


def dock(ligand):
    atoms = parse(ligand)
    best = 0
    for pose in range(ligand, ligand + 2):
        best = max(best, place(atoms, pose))
    return best


def main():
    pace = int(os.environ.get("PACE", 40)) / 1000
    errors, scores, ligand = [], [], 0
    while ligand < int(os.environ.get("LIGANDS", 100000)):
        ligand += 1
        try:
            scores.append(dock(ligand))
        except Clash as clash:
            errors.append(clash)
        time.sleep(pace)
    print(len(scores), "docked,", len(errors), "clashes, last:", errors[-1])


main()
