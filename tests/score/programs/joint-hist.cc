// SPDX-License-Identifier: GPL-2.0-or-later
// score: joint-hist -O2 -g
// Mutual information of image pairs: small histograms at first, a fine one of three channels at the end.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Image = std::vector<uint16_t>;

static Image scan(int side, unsigned seed)
{
	Image im(size_t(side) * side);
	for (size_t i = 0; i < im.size(); i++) {
		seed = seed * 1664525u + 1013904223u;
		im[i] = uint16_t(512 + 400 * std::sin(i * 1e-3) + (seed >> 26));
	}
	return im;
}

static double pairwise(const Image &a, const Image &b, int bins)
{
	std::vector<float> h(size_t(bins) * bins);
	for (size_t i = 0; i < a.size(); i++)
		h[size_t(a[i] % bins) * bins + b[i] % bins] += 1;
	double e = 0;
	for (float x : h)
		if (x > 0)
			e -= x / a.size() * std::log(x / a.size());
	return e;
}

__attribute__((noinline)) static double joint(const Image &a, const Image &b, const Image &c, int bins)
{
	std::vector<float> h(size_t(bins) * bins * bins, 1e-6f);
	for (size_t i = 0; i < a.size(); i++)
		h[(size_t(a[i] % bins) * bins + b[i] % bins) * bins + c[i] % bins] += 1;
	double e = 0;
	for (float x : h)
		if (x > 0.5f)
			e -= x / a.size() * std::log(x / a.size());
	return e;
}

int main(int argc, char **argv)
{
	int bins = argc > 1 ? atoi(argv[1]) : 400, side = argc > 2 ? atoi(argv[2]) : 1200;
	Image a = scan(side, 1), b = scan(side, 2), c = scan(side, 3);
	double best = 0;
	for (int k = 16; k <= 256; k *= 2)
		for (int turn = 0; turn < 6; turn++)
			best = std::fmax(best, pairwise(a, turn % 2 ? b : c, k));
	std::printf("pairs: %.4f\n", best);
	std::fflush(stdout);
	std::printf("joint: %.4f\n", joint(a, b, c, bins));
}
