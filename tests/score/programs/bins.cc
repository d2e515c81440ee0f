// SPDX-License-Identifier: GPL-2.0-or-later
// Steady; then a histogram whose number of bins is range / width, and the width
// was given in other units.
#include <vector>
#include "score.h"

OWN static std::vector<double> make_bins(double range, double width)
{
	return std::vector<double>((size_t)(range / width), 0.5);
}

int main()
{
	long size = env("SIZE_MB", 300), pace = env("PACE", 80);
	std::vector<double> sample(1 << 18, 1.5);

	for (size_t i = 0; i < 25; i++) {
		sample[i] += (double)i;
		nap(pace);
	}
	std::vector<double> bins = make_bins((double)(size * MIB / 8), 1);
	printf("%zu bins\n", bins.size());
	return 0;
}
