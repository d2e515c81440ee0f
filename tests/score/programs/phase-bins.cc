// SPDX-License-Identifier: GPL-2.0-or-later
// score: phase-bins -O3 -fomit-frame-pointer
// Density of a dark matter halo in five-dimensional phase space: the particles
// stream through, the cells are one dense vector, sized by bins^5.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

struct Particle {
	double c[5];
};

class Halo {
	std::mt19937_64 rng{12};
	std::normal_distribution<double> normal{0, 0.18};

public:
	Particle next()
	{
		Particle p;
		for (double &c : p.c)
			c = std::fmin(0.999, std::fmax(0.0, 0.5 + normal(rng)));
		return p;
	}
};

// first the extent, with a few numbers of memory
static double extent(Halo &halo, long n)
{
	double far = 0;
	for (long i = 0; i < n; i++) {
		Particle p = halo.next();
		double r = 0;
		for (double c : p.c)
			r += (c - 0.5) * (c - 0.5);
		far = std::fmax(far, r);
	}
	return std::sqrt(far);
}

__attribute__((noinline)) static std::vector<float> cells(long bins)
{
	size_t n = 1;
	for (int d = 0; d < 5; d++)
		n *= size_t(bins);
	return std::vector<float>(n, 1e-9f);
}

int main(int argc, char **argv)
{
	long bins = argc > 1 ? atol(argv[1]) : 35, n = argc > 2 ? atol(argv[2]) : 2000000;
	Halo halo;

	std::cout << "extent " << extent(halo, n) << std::endl;
	auto cell = cells(bins);
	for (long i = 0; i < n; i++) {
		Particle p = halo.next();
		size_t at = 0;
		for (double c : p.c)
			at = at * size_t(bins) + size_t(c * double(bins));
		cell[at] += 1;
	}
	double entropy = 0;
	for (float c : cell)
		if (c > 0.5f)
			entropy -= c / double(n) * std::log(c / double(n));
	printf("%zu cells, entropy %.4f\n", cell.size(), entropy);
}
