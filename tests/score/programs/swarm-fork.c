// SPDX-License-Identifier: GPL-2.0-or-later
// score: swarm-fork -O2 -g
/* Each child explores the states of a puzzle from its own start, with a hash set of its own. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct set {
	uint64_t *slot;
	size_t size, used;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdull;
	return x ^ x >> 29;
}

__attribute__((noinline)) static int insert(struct set *s, uint64_t key)
{
	if (s->used * 10 >= s->size * 7) {
		struct set big = { calloc(s->size * 2, 8), s->size * 2, 0 };

		for (size_t i = 0; i < s->size; i++)
			if (s->slot[i])
				insert(&big, s->slot[i]);
		free(s->slot);
		*s = big;
	}
	for (size_t i = mix(key) & (s->size - 1);; i = (i + 1) & (s->size - 1)) {
		if (s->slot[i] == key)
			return 0;
		if (!s->slot[i]) {
			s->slot[i] = key;
			s->used++;
			return 1;
		}
	}
}

__attribute__((noinline)) static long explore(uint64_t start, long states)
{
	struct set seen = { calloc(1024, 8), 1024, 0 };
	uint64_t at = start;
	long again = 0;

	while ((long)seen.used < states) {
		int piece = mix(at) % 9;

		at = (at ^ (uint64_t)(1 + piece) << (at % 37)) * 3 + piece;
		if (!insert(&seen, at | 1))
			again++;
	}
	free(seen.slot);
	return again;
}

int main(int argc, char **argv)
{
	int children = argc > 1 ? atoi(argv[1]) : 5, bad = 0;
	long states = argc > 2 ? atol(argv[2]) : 1400000;

	for (int c = 0; c < children; c++)
		if (!fork()) {
			printf("start %d: %ld met again\n", c, explore(1000 + c, states));
			fflush(stdout);
			_exit(0);
		}
	for (int c = 0; c < children; c++) {
		int status;

		wait(&status);
		bad += status != 0;
	}
	printf("%d searches, %d failed\n", children, bad);
	return bad > 0;
}
