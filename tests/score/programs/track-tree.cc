// SPDX-License-Identifier: GPL-2.0-or-later
// score: track-tree -O2
// Particle tracks, event by event; a decay knows its mother and the mother knows its decays.
#include "score.h"
#include <cmath>
#include <memory>
#include <random>
#include <vector>

struct Track {
	double px, py, pz, e;
	std::vector<double> hits;
	std::shared_ptr<Track> mother;
	std::vector<std::shared_ptr<Track>> decays;
};

static std::mt19937 rng(7);
static long made;

OWN static std::shared_ptr<Track> grow(std::shared_ptr<Track> mother, int depth)
{
	std::uniform_real_distribution<double> u(0, 1);
	auto t = std::make_shared<Track>();
	made++;
	t->mother = mother;
	t->e = mother ? mother->e * u(rng) : 100;
	t->px = t->e * u(rng), t->py = t->e * u(rng), t->pz = t->e * u(rng);
	for (int i = 0; i < 24; i++)
		t->hits.push_back(t->px * i + 0.1 * u(rng));
	if (depth > 0)
		for (int k = 0; k < 3; k++)
			t->decays.push_back(grow(t, depth - 1));
	return t;
}

static double energy(const Track &t)
{
	double s = t.e + 1e-6 * t.hits[3];
	for (auto &d : t.decays)
		s += energy(*d);
	return s;
}

int main(int argc, char **argv)
{
	long events = argc > 1 ? atol(argv[1]) : 3400, pace = env("PACE", 5);
	double total = 0;
	long n;
	for (n = 0; n < events && made < 1250000; n++) {
		auto primary = grow(nullptr, 5);
		total += energy(*primary);
		if (pace)
			work(pace);
	}
	printf("%ld events, %ld tracks, mean visible energy %.3f\n", n, made, total / (double)n);
	return 0;
}
