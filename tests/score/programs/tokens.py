#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
import sys, collections

words = open(sys.argv[1]).read().split()
print(len(words), "words")
print(collections.Counter(w[0] for w in words).most_common(5))
