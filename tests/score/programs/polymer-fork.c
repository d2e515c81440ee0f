// SPDX-License-Identifier: GPL-2.0-or-later
// score: polymer-fork -O3 -fomit-frame-pointer
/* Self-avoiding walks: one process for each temperature, each with its own hash
 * of occupied sites.   usage: polymer-fork PROCESSES STEPS */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct site {
	int64_t key;
	int32_t visits, last;
};

struct lattice {
	struct site *table;
	int bits;
	long used;
};

static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static inline __attribute__((always_inline)) struct site *find(struct lattice *l, int64_t key)
{
	uint64_t mask = (1UL << l->bits) - 1, h = (uint64_t)key * 11400714819323198485ULL >> (64 - l->bits);

	while (l->table[h].key && l->table[h].key != key)
		h = (h + 1) & mask;
	return l->table + h;
}

static inline __attribute__((always_inline)) void resize(struct lattice *l, int bits)
{
	struct lattice old = *l;

	l->bits = bits;
	l->table = calloc(1UL << bits, sizeof *l->table);
	if (!l->table)
		_exit(3);
	for (long n = 0; old.table && n < 1L << old.bits; n++)
		if (old.table[n].key)
			*find(l, old.table[n].key) = old.table[n];
	free(old.table);
}

__attribute__((noinline)) static double walk(int number, long steps)
{
	struct lattice l = { 0 };
	uint64_t rng = 88172645463325252ULL + (uint64_t)number * 977;
	int at[3] = { 0 };
	long crossings = 0;

	resize(&l, 12);
	for (long n = 0; n < steps; n++) {
		uint64_t r = next(&rng) >> 20;

		at[r % 3] += (r / 3) & 1 ? 1 : -1;
		struct site *s = find(&l, ((int64_t)(at[0] & 0xfffff) << 40 | (int64_t)(at[1] & 0xfffff) << 20 |
					   (at[2] & 0xfffff)) + 1);
		if (s->key) {
			crossings++;
		} else {
			s->key = ((int64_t)(at[0] & 0xfffff) << 40 | (int64_t)(at[1] & 0xfffff) << 20 |
				  (at[2] & 0xfffff)) + 1;
			l.used++;
		}
		s->visits++;
		s->last = (int32_t)n;
		if (l.used > 3L << (l.bits - 2))
			resize(&l, l.bits + 1);
		if (n % 10000 == 0)
			usleep(15000);
	}
	free(l.table);
	return (double)crossings / (double)steps;
}

int main(int argc, char **argv)
{
	int processes = argc > 1 ? atoi(argv[1]) : 6, lost = 0, status;
	long steps = argc > 2 ? atol(argv[2]) : 900000;

	for (int n = 0; n < processes; n++)
		if (fork() == 0) {
			double share = walk(n, steps);

			printf("walk %d: crossings %.4f\n", n, share);
			fflush(stdout);
			_exit(0);
		}
	while (wait(&status) > 0)
		lost += status != 0;
	printf("walks %d, lost %d\n", processes, lost);
	return lost != 0;
}
