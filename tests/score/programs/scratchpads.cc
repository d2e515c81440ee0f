// SPDX-License-Identifier: GPL-2.0-or-later
// score: scratchpads -O2 -g
// Wavelet transform of a cube, plane by plane and axis by axis: each axis takes
// a large scratch array and gives it back. Goes up and down, ends well.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

static void haar(std::vector<double> &cube, size_t n, size_t stride)
{
	std::vector<double> scratch(cube.size());

	for (size_t i = 0; i + stride < cube.size(); i += 2 * stride)
		for (size_t k = 0; k < stride && i + k + stride < cube.size(); k++) {
			double a = cube[i + k], b = cube[i + k + stride];
			scratch[i + k] = (a + b) / std::sqrt(2.0);
			scratch[i + k + stride] = (a - b) / std::sqrt(2.0);
		}
	cube = scratch;
	(void)n;
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], nullptr, 10) : 168;
	std::vector<double> cube(n * n * n);

	for (size_t i = 0; i < cube.size(); i++)
		cube[i] = std::sin(double(i) * 1e-4);
	for (int turn = 0; turn < 6; turn++)
		for (size_t stride : { size_t(1), n, n * n }) {
			haar(cube, n, stride);
			std::this_thread::sleep_for(std::chrono::milliseconds(60));
		}
	double sum = 0;
	for (double c : cube)
		sum += c * c;
	printf("energy %.6g\n", sum);
	return 0;
}
