// SPDX-License-Identifier: GPL-2.0-or-later
// score: domineering -O2
/* Alpha-beta search of Domineering on 8x8 with a transposition table of fixed size. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct entry {
	uint64_t board;
	int16_t value;
	uint8_t depth, bound;
	uint32_t age;
};

static struct entry *table;
static uint64_t mask;
static long nodes, budget;

static uint64_t mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x7fb5d329728ea185ULL;
	x ^= x >> 27;
	x *= 0x81dadef4bc2dd44dULL;
	return x ^ x >> 33;
}

static int mobility(uint64_t b, int vertical)
{
	int n = 0, shift = vertical ? 8 : 1;

	for (int s = 0; s < 64; s++) {
		if (vertical ? s >= 56 : (s & 7) == 7)
			continue;
		n += !(b >> s & 1) && !(b >> (s + shift) & 1);
	}
	return n;
}

/* who moves last, over some random games from here */
static int playouts(uint64_t from, int vertical)
{
	uint64_t seed = mix(from) | 1;
	int sum = 0;

	for (int game = 0; game < 6; game++) {
		uint64_t b = from;
		int turn = vertical, failed = 0;
		while (failed < 24) {
			int shift = turn ? 8 : 1, s = (int)((seed = mix(seed + 77)) & 63);
			if ((turn ? s >= 56 : (s & 7) == 7) || (b >> s & 1) || (b >> (s + shift) & 1)) {
				failed++;
				continue;
			}
			b |= 1ULL << s | 1ULL << (s + shift);
			turn = !turn;
			failed = 0;
		}
		sum += turn == vertical ? -1 : 1;
	}
	return sum;
}

__attribute__((noinline)) static void store(uint64_t b, int v, int depth, int bound)
{
	struct entry *e = &table[mix(b) & mask];

	if (e->depth <= depth || e->age + 200000 < nodes) {
		e->board = b;
		e->value = (int16_t)v;
		e->depth = (uint8_t)depth;
		e->bound = (uint8_t)bound;
		e->age = (uint32_t)nodes;
	}
}

static int search(uint64_t b, int vertical, int depth, int alpha, int beta)
{
	int shift = vertical ? 8 : 1, best = -1000;

	if (nodes++ >= budget)
		return 0;
	struct entry *e = &table[mix(b) & mask];
	if (e->board == b && e->depth >= depth && e->bound == 1)
		return e->value;
	if (depth == 0) {
		best = 4 * (mobility(b, vertical) - mobility(b, !vertical)) + playouts(b, vertical);
		store(b, best, 0, 1);
		return best;
	}
	for (int s = 0; s < 64; s++) {
		if ((vertical ? s >= 56 : (s & 7) == 7) || (b >> s & 1) || (b >> (s + shift) & 1))
			continue;
		int v = -search(b | 1ULL << s | 1ULL << (s + shift), !vertical, depth - 1, -beta, -alpha);
		if (v > best)
			best = v;
		if (best > alpha)
			alpha = best;
		if (alpha >= beta)
			break;
	}
	store(b, best, depth, alpha < beta);
	return best;
}

int main(int argc, char **argv)
{
	int bits = argc > 1 ? atoi(argv[1]) : 23;	/* 2^23 entries of 16 bytes: 128 MiB */

	budget = argc > 2 ? atol(argv[2]) : 400000;
	table = calloc((size_t)1 << bits, sizeof(*table));
	if (!table)
		return perror("calloc"), 1;
	mask = ((uint64_t)1 << bits) - 1;
	for (int depth = 1; depth <= 30 && nodes < budget; depth++)
		printf("depth %d value %d nodes %ld\n", depth, search(0, 0, depth, -999, 999), nodes);
	return 0;
}
