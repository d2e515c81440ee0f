// SPDX-License-Identifier: GPL-2.0-or-later
/* What all programs take from the environment: SIZE_MB, and PACE in ms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MIB (1L << 20)

/* A function that keeps its name in the program, as a large one would. */
#define OWN __attribute__((noinline))
/* What is done here is its caller's doing (see "where"). */
#define HELPER static inline __attribute__((always_inline))

HELPER long env(const char *name, long otherwise)
{
	const char *s = getenv(name);

	return s ? atol(s) : otherwise;
}

HELPER void nap(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

HELPER double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static volatile double sink;

/* compute for about ms of the clock */
HELPER void work(long ms)
{
	double end = now() + (double)ms / 1e3, x = 1;

	while (now() < end)
		for (int i = 0; i < 10000; i++)
			x = x * 1.0000001 + 1e-9;
	sink = x;
}

HELPER double *vector(long mib)
{
	double *v = (double *)malloc((size_t)(mib * MIB));

	if (!v) {
		perror("malloc");
		exit(1);
	}
	return v;
}

/* A compiler drops what is written to memory that nobody reads: somebody does. */
HELPER void keep(void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

HELPER void set(double *v, long mib, double value)
{
	for (long i = 0; i < mib * MIB / 8; i++)
		v[i] = value + (double)(i & 7);
	keep(v);
}
