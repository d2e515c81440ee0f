// SPDX-License-Identifier: GPL-2.0-or-later
// score: voxel-dense -O2 -g
// Lidar returns: streamed into a sparse map of voxels, then a dense grid for the
// distance transform.      usage: voxel-dense SIDE POINTS
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <unordered_map>
#include <vector>

using Sparse = std::unordered_map<std::int64_t, float>;

static Sparse scan(int side, long points)
{
	std::mt19937 rng(17);
	std::normal_distribution<double> around(0, 0.01);
	std::uniform_real_distribution<double> turn(0, 6.283);
	Sparse cells;

	for (long n = 0; n < points; n++) {
		double a = std::floor(turn(rng) * 40) / 40, r = 0.3 + 0.1 * std::sin(5 * a) + around(rng);
		int x = int(side * (0.5 + r * std::cos(a)));
		int y = int(side * (0.5 + r * std::sin(a)));
		int z = int(side * (0.5 + around(rng)));

		cells[(std::int64_t(x) * side + y) * side + z] += 1;
	}
	return cells;
}

__attribute__((noinline)) static std::vector<float> densify(const Sparse &cells, int side)
{
	std::vector<float> grid(std::size_t(side) * side * side, 1e3f);

	for (auto &cell : cells)
		grid[std::size_t(cell.first)] = 0;
	return grid;
}

static double sweep(std::vector<float> &grid, int side)
{
	double sum = 0;

	for (std::size_t i = 1; i < grid.size(); i++)
		if (i % std::size_t(side))
			grid[i] = std::min(grid[i], grid[i - 1] + 1);
	for (std::size_t i = 0; i < grid.size(); i += 101)
		sum += grid[i];
	return sum;
}

int main(int argc, char **argv)
{
	int side = argc > 1 ? std::atoi(argv[1]) : 360;
	long points = argc > 2 ? std::atol(argv[2]) : 3000000;
	auto cells = scan(side, points);

	std::printf("voxels %zu\n", cells.size());
	std::fflush(stdout);
	auto grid = densify(cells, side);
	std::printf("sum of distances %.1f\n", sweep(grid, side));
	return 0;
}
