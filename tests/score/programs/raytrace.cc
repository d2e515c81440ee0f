// SPDX-License-Identifier: GPL-2.0-or-later
// A renderer: one process, a team of threads. Each thread accumulates into a
// frame buffer of its own, and they are summed at the end.
// score: raytrace -O2 -pthread
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

namespace {

struct Pixel {
	double r, g, b, weight;
};

using Film = std::vector<Pixel>;

long option(const char *name, long fallback)
{
	const char *s = std::getenv(name);
	return s ? std::atol(s) : fallback;
}

void render(Film &film, long width, long height, int seed, long pace)
{
	film.reserve(static_cast<size_t>(width * height));
	for (long y = 0; y < height; y++) {
		for (long x = 0; x < width; x++) {
			double t = 0.001 * static_cast<double>(x * (seed + 1)) + 0.002 * static_cast<double>(y);
			film.push_back({std::sin(t), std::cos(t), t - std::floor(t), 1});
		}
		if (y % 32 == 0)
			std::this_thread::sleep_for(std::chrono::milliseconds(pace));
	}
	for (int pass = 0; pass < 10; pass++) {
		for (auto &p : film)
			p.weight += 1;
		std::this_thread::sleep_for(std::chrono::milliseconds(pace * 4));
	}
}

}

int main()
{
	const long threads = option("THREADS", 4), mib = option("SIZE_MB", 120), pace = option("PACE", 50);
	const long width = 1024, height = (mib << 20) / threads / width / static_cast<long>(sizeof(Pixel));
	std::vector<Film> films(static_cast<size_t>(threads));
	std::vector<std::thread> team;

	for (int n = 0; n < threads; n++)
		team.emplace_back(render, std::ref(films[static_cast<size_t>(n)]), width, height, n, pace);
	for (auto &t : team)
		t.join();

	double light = 0;
	for (const auto &film : films)
		light += film[film.size() / 2].r;
	std::cout << width << "x" << height << ", light " << light << "\n";
}
