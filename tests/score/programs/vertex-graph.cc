// SPDX-License-Identifier: GPL-2.0-or-later
// score: vertex-graph -O2
// Event reconstruction: hits are joined to tracks, tracks to vertices; an event's graph is dropped at its end.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

struct Vertex;

struct Track {
	double pt, eta, phi;
	std::vector<float> hits;
	std::shared_ptr<Vertex> origin;
};

struct Vertex {
	double z = 0;
	std::vector<std::shared_ptr<Track>> tracks;
};

struct Event {
	std::vector<std::shared_ptr<Vertex>> vertices;
};

__attribute__((noinline)) std::shared_ptr<Track> fit(std::mt19937 &rng, int hits)
{
	auto t = std::make_shared<Track>();
	std::normal_distribution<double> gauss(0, 1);
	t->hits.reserve(hits);
	double sx = 0, sxx = 0;
	for (int h = 0; h < hits; h++) {
		t->hits.push_back(float(h + 0.05 * gauss(rng)));
		sx += t->hits.back();
		sxx += t->hits.back() * t->hits.back();
	}
	t->pt = std::sqrt(sxx / hits);
	t->eta = gauss(rng);
	t->phi = sx / hits;
	return t;
}

__attribute__((noinline)) double reconstruct(std::mt19937 &rng)
{
	Event event;
	double sum = 0;
	for (int v = 0; v < 3; v++) {
		auto vertex = std::make_shared<Vertex>();
		for (int k = 0; k < 10 + int(rng() % 20); k++) {
			auto track = fit(rng, 24);
			// where a good track came from: needed for the pile-up veto
			if (track->pt > 13.44)
				track->origin = vertex;
			vertex->tracks.push_back(track);
			vertex->z += track->eta;
		}
		vertex->z /= double(vertex->tracks.size());
		sum += vertex->z;
		event.vertices.push_back(vertex);
	}
	return sum;
}

int main(int argc, char **argv)
{
	long events = argc > 1 ? atol(argv[1]) : 120000;
	std::mt19937 rng(42);
	double z = 0;
	for (long e = 0; e < events; e++)
		z += reconstruct(rng);
	printf("%ld events, mean z %.5f\n", events, z / double(events));
}
