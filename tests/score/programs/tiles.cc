// SPDX-License-Identifier: GPL-2.0-or-later
// An image in tiles, one std::thread for each column of them.
// score: tiles -O2 -g -fno-omit-frame-pointer
#include <thread>
#include <vector>
#include "score.h"

struct Column {
	std::vector<std::vector<float>> tiles;

	OWN void render(long mib, long pace)
	{
		for (long i = 0; i < mib; i++) {
			tiles.emplace_back((size_t)MIB / sizeof(float), 0.25f);
			nap(pace);
		}
	}
};

int main()
{
	long size = env("SIZE_MB", 100), pace = env("PACE", 100), n = env("THREADS", 4);
	std::vector<Column> columns((size_t)n);
	std::vector<std::thread> threads;

	for (auto &column : columns)
		threads.emplace_back(&Column::render, &column, size / n, pace);
	for (auto &t : threads)
		t.join();
	nap(pace * 10);
	puts("rendered");
	return 0;
}
