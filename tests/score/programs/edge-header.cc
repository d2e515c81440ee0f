// SPDX-License-Identifier: GPL-2.0-or-later
// score: edge-header -O2 -g
// A graph in a binary file; the header gives the number of edges. Bytes in the wrong order ask for
// far too many, and the run ends with std::length_error (or bad_alloc), which nobody catches.
#include "score.h"
#include <cstdint>
#include <vector>

struct Graph {
	std::vector<uint32_t> from, to;
	std::vector<float> weight;
};

static uint64_t header(const unsigned char *raw, bool little)
{
	uint64_t n = 0;
	for (int i = 0; i < 8; i++)
		n |= (uint64_t)raw[little ? i : 7 - i] << 8 * i;
	return n;
}

OWN static void reserve(Graph &g, uint64_t edges)
{
	g.from.resize(edges);
	g.to.resize(edges);
	g.weight.resize(edges);
	for (uint64_t i = 0; i < edges; i++) {
		g.from[i] = (uint32_t)(i * 2654435761u % 100003);
		g.to[i] = (uint32_t)(i * 40503u % 100003);
		g.weight[i] = 1.0f / (float)(i + 1);
	}
}

int main(int argc, char **argv)
{
	long parts = argc > 1 ? atol(argv[1]) : 40;
	double sum = 0;
	for (long p = 0; p < parts; p++) {
		/* 2000000 + p edges, as the writer (of another machine) puts it */
		uint64_t edges = 2000000 + (uint64_t)p;
		unsigned char raw[8];
		for (int i = 0; i < 8; i++)
			raw[i] = (unsigned char)(edges >> 8 * i);
		Graph g;
		reserve(g, header(raw, p != parts - 1));
		for (size_t i = 0; i < g.from.size(); i++)
			sum += g.from[i] < g.to[i] ? g.weight[i] : 0;
		work(env("PACE", 40));
		printf("part %ld: %zu edges, sum %.5f\n", p, g.from.size(), sum);
	}
	return 0;
}
