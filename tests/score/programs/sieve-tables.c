// SPDX-License-Identifier: GPL-2.0-or-later
// score: sieve-tables -O2
/* Tables of arithmetic functions up to n: smallest factor, totient, sum of divisors. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct tables {
	uint32_t n;
	uint32_t *factor, *phi;
	uint64_t *sigma;
};

__attribute__((noinline)) static void smallest_factor(struct tables *t)
{
	for (uint32_t i = 2; i <= t->n; i++)
		if (t->factor[i] == 0) {
			t->factor[i] = i;
			if (i <= 65535)
				for (uint32_t j = i * i; j <= t->n && j >= i; j += i)
					if (t->factor[j] == 0)
						t->factor[j] = i;
		}
}

__attribute__((noinline)) static void totient(struct tables *t)
{
	t->phi[1] = 1;
	for (uint32_t i = 2; i <= t->n; i++) {
		uint32_t p = t->factor[i], m = i / p;

		t->phi[i] = t->phi[m] * (m % p ? p - 1 : p);
	}
}

__attribute__((noinline)) static void divisor_sum(struct tables *t)
{
	t->sigma[1] = 1;
	for (uint32_t i = 2; i <= t->n; i++) {
		uint32_t p = t->factor[i], m = i;
		uint64_t power = 1, sum = 1;

		while (m % p == 0) {
			m /= p;
			power *= p;
			sum += power;
		}
		t->sigma[i] = t->sigma[m] * sum;
	}
}

int main(int argc, char **argv)
{
	struct tables t = { .n = argc > 1 ? (uint32_t)atol(argv[1]) : 6000000 };
	uint64_t perfect = 0, abundant = 0, sum = 0;

	t.factor = calloc(t.n + 1, sizeof *t.factor);
	t.phi = calloc(t.n + 1, sizeof *t.phi);
	t.sigma = calloc(t.n + 1, sizeof *t.sigma);
	if (!t.factor || !t.phi || !t.sigma) {
		perror("tables");
		return 1;
	}
	smallest_factor(&t);
	totient(&t);
	divisor_sum(&t);
	for (uint32_t i = 1; i <= t.n; i++) {
		perfect += t.sigma[i] == 2ULL * i;
		abundant += t.sigma[i] > 2ULL * i;
		sum += t.phi[i];
	}
	printf("perfect %lu abundant %lu totients %lu\n", perfect, abundant, sum);
	free(t.factor);
	free(t.phi);
	free(t.sigma);
	return 0;
}
