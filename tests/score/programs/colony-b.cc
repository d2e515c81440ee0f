// SPDX-License-Identifier: GPL-2.0-or-later
// score: colony-b -O1 -g -fno-omit-frame-pointer
// agent-based colony: a constant number of cells, each division kills another cell.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>
#include <unistd.h>

struct Cell {
	double x, y, age = 0;
	std::vector<float> genes;
	std::shared_ptr<Cell> mother;                  // for the lineage plot
	std::vector<std::shared_ptr<Cell>> daughters;
	Cell(double a, double b, size_t n) : x(a), y(b), genes(n) {}
};
typedef std::shared_ptr<Cell> P;
std::mt19937 rng(7);

__attribute__((noinline)) P divide(P m)
{
	P d = std::make_shared<Cell>(m->x + 0.1, m->y, m->genes.size());
	for (size_t i = 0; i < m->genes.size(); i++)
		d->genes[i] = m->genes[i] * 0.99f + 0.01f * (float)(rng() % 100);
	d->mother = m;
	m->daughters.push_back(d);
	return d;
}

static void relax(std::vector<P> &pop)
{
	for (size_t i = 0; i < pop.size(); i++)
		for (size_t j = i + 1; j < pop.size() && j < i + 60; j++) {
			double dx = pop[i]->x - pop[j]->x, dy = pop[i]->y - pop[j]->y, r = dx * dx + dy * dy + 1e-3;
			if (r < 1) { pop[i]->x += 0.01 * dx / r; pop[j]->y -= 0.01 * dy / r; }
		}
}

static long rss() { long a, b = 0; if (FILE *f = fopen("/proc/self/statm", "r")) { if (fscanf(f, "%ld %ld", &a, &b) != 2) b = 0; fclose(f); } return b / 256; }

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? atoi(argv[1]) : 800, genes = 600;
	int pace = getenv("PACE") ? atoi(getenv("PACE")) : 10;
	std::vector<P> pop;
	for (size_t i = 0; i < n; i++) pop.push_back(std::make_shared<Cell>(i % 30, i / 30, genes));
	for (long gen = 0; ; gen++) {
		for (int k = 0; k < 80; k++) {
			P m = pop[rng() % n];
			pop[rng() % n] = divide(m);        // the old one there is gone
		}
		relax(pop);
		std::this_thread::sleep_for(std::chrono::milliseconds(pace));
		if (gen % 50 == 0) { printf("generation %ld, %zu cells\n", gen, pop.size()); fflush(stdout); if (rss() > 680) break; }
	}
	_exit(0);
}
