// SPDX-License-Identifier: GPL-2.0-or-later
// score: colony -O2
// Agent-based colony: each season's young know their mother, mothers know their young.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

struct Cell : std::enable_shared_from_this<Cell> {
	std::shared_ptr<Cell> mother;
	std::vector<std::shared_ptr<Cell>> young;
	double genome[24] = {};
	double fitness = 0;
};

using Generation = std::vector<std::shared_ptr<Cell>>;
static std::mt19937 rng(3);
static long born;

__attribute__((noinline)) static Generation breed(const Generation &old, size_t size)
{
	std::normal_distribution<double> step(0, 0.05);
	Generation next;

	next.reserve(size);
	while (next.size() < size) {
		const auto &a = old[rng() % old.size()], &b = old[rng() % old.size()];
		const auto &m = a->fitness > b->fitness ? a : b;
		auto c = std::make_shared<Cell>();
		for (int k = 0; k < 24; k++)
			c->genome[k] = m->genome[k] + step(rng);
		c->mother = m;
		m->young.push_back(c);
		next.push_back(std::move(c));
		born++;
	}
	return next;
}

static double judge(Generation &g)
{
	double best = -1e9;

	for (auto &c : g) {
		c->fitness = 0;
		for (int k = 0; k < 24; k++)
			c->fitness -= (c->genome[k] - 1) * (c->genome[k] - 1);
		best = std::max(best, c->fitness);
	}
	return best;
}

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], nullptr, 10) : 1500;
	Generation now;

	for (size_t i = 0; i < size; i++)
		now.push_back(std::make_shared<Cell>());
	for (int season = 0; born * 330 < 690L << 20; season++) {
		double best = judge(now);
		if (season % 20 == 0)
			printf("season %d best %.4f\n", season, best), fflush(stdout);
		now = breed(now, size);		// the old generation goes
		std::this_thread::sleep_for(std::chrono::milliseconds(10));
	}
	return 0;
}
