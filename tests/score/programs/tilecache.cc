// SPDX-License-Identifier: GPL-2.0-or-later
// A map projection job. The terrain model is in memory from the start; tiles
// are decoded on demand into a least-recently-used cache of fixed capacity. The
// cache fills, then evicts: memory stays where it is from then on.
// score: tilecache -O2 -g
#include <cstdio>
#include <cstdlib>
#include <list>
#include <random>
#include <unordered_map>
#include <unistd.h>
#include <utility>
#include <vector>

static long setting(const char *name, long value)
{
	if (const char *s = getenv(name))
		value = atol(s);
	return value;
}

class TileCache {
	typedef std::pair<int, std::vector<unsigned short>> Entry;
	std::list<Entry> order;
	std::unordered_map<int, std::list<Entry>::iterator> index;
	size_t capacity;

public:
	long hits = 0, misses = 0;

	explicit TileCache(size_t n) : capacity(n) {}

	const std::vector<unsigned short> &get(int id)
	{
		auto it = index.find(id);
		if (it != index.end()) {
			hits++;
			order.splice(order.begin(), order, it->second);
			return order.front().second;
		}
		misses++;
		if (order.size() >= capacity) {
			index.erase(order.back().first);
			order.pop_back();
		}
		order.emplace_front(id, std::vector<unsigned short>(256 * 256));
		auto &pixels = order.front().second;
		for (size_t i = 0; i < pixels.size(); i++)
			pixels[i] = static_cast<unsigned short>(i * static_cast<unsigned>(id));
		index[id] = order.begin();
		return pixels;
	}
	size_t size() const { return order.size(); }
};

int main()
{
	const long terrain_mb = setting("TERRAIN_MB", 55), cache_mb = setting("SIZE_MB", 45);
	const long pace = setting("PACE", 15);
	std::vector<float> terrain(static_cast<size_t>(terrain_mb) << 18);
	TileCache cache(static_cast<size_t>(cache_mb) * 8);	/* 128 KiB a tile */
	std::mt19937 random(1);
	std::geometric_distribution<int> near(0.004);
	double height = 0;

	for (size_t i = 0; i < terrain.size(); i++)
		terrain[i] = static_cast<float>(i % 4096);
	puts("terrain loaded");
	usleep(static_cast<useconds_t>(pace * 60000));
	for (int step = 0; step < 400; step++) {
		for (int k = 0; k < 6; k++) {
			const auto &tile = cache.get(near(random) + step % 90 * 3);
			height += tile[77] + terrain[random() % terrain.size()];
		}
		usleep(static_cast<useconds_t>(pace * 1000));
	}
	printf("%zu tiles, %ld hits, %ld misses, %.3g\n", cache.size(), cache.hits, cache.misses, height);
}
