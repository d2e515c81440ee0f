// SPDX-License-Identifier: GPL-2.0-or-later
// score: lru-tiles -O2 -g
// A map server's day: tiles are rendered when asked for, and the least recently used ones make room.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>
#include <random>
#include <vector>

struct Tile {
	int key;
	std::vector<float> pixel;
};

class Cache {
	std::list<Tile> order;
	std::map<int, std::list<Tile>::iterator> at;
	size_t most;
public:
	long hits = 0, misses = 0, dropped = 0;

	explicit Cache(size_t tiles) : most(tiles) {}

	const Tile &get(int key)
	{
		auto found = at.find(key);
		if (found != at.end()) {
			order.splice(order.begin(), order, found->second);
			hits++;
			return order.front();
		}
		misses++;
		if (order.size() == most) {
			at.erase(order.back().key);
			order.pop_back();
			dropped++;
		}
		order.push_front({key, std::vector<float>(64 * 64)});
		Tile &t = order.front();
		for (size_t i = 0; i < t.pixel.size(); i++)
			t.pixel[i] = std::sin(0.01f * float(i) + float(key));
		at[key] = order.begin();
		return t;
	}
};

int main(int argc, char **argv)
{
	size_t mib = argc > 1 ? atoi(argv[1]) : 60;
	long requests = argc > 2 ? atol(argv[2]) : 60000;
	Cache cache(mib * 64);
	std::mt19937 rng(8);
	std::exponential_distribution<double> far(1.0 / 3000);
	double sum = 0;
	for (long r = 0; r < requests; r++)
		sum += cache.get(int(far(rng)) + int(r / 50)).pixel[r % 4096];
	std::printf("hits %ld misses %ld dropped %ld sum %.3f\n", cache.hits, cache.misses, cache.dropped, sum);
}
