// SPDX-License-Identifier: GPL-2.0-or-later
// An external sort that was planned without its output: runs are made and
// sorted, then two and two are merged while both are still there.
#include <algorithm>
#include <iterator>
#include <random>
#include <vector>
#include "score.h"

using Run = std::vector<unsigned long>;

OWN static Run make_run(long mib, std::mt19937_64 &random)
{
	Run run((size_t)(mib * MIB / 8));

	for (auto &key : run)
		key = random();
	std::sort(run.begin(), run.end());
	return run;
}

OWN static Run merge(const Run &a, const Run &b)
{
	Run out;

	out.reserve(a.size() + b.size());
	std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
	return out;
}

int main()
{
	long size = env("SIZE_MB", 120), pace = env("PACE", 30), n = env("RUNS", 8);
	std::mt19937_64 random(4);
	std::vector<Run> runs, merged;

	/* half of the size are the runs, half what they are merged to */
	for (long i = 0; i < n; i++) {
		runs.push_back(make_run(size / 2 / n, random));
		nap(pace * 5);
	}
	for (long i = 0; i + 1 < n; i += 2) {
		merged.push_back(merge(runs[(size_t)i], runs[(size_t)i + 1]));
		nap(pace * 5);
	}
	printf("%zu runs, the first begins with %lx\n", merged.size(), merged[0][0]);
	return 0;
}
