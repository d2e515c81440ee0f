// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Molecular dynamics with neighbour lists. Equilibration keeps one list. In the
 * production run the list is rebuilt every few steps from a scratch array of
 * pairs, and the old one is forgotten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	int natoms;
	double (*x)[3], (*v)[3];
	int *neighbours, npairs;
} System;

static unsigned seed = 12345;

static double uniform(void)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) / 16777216.0;
}

static void init(System *s, int n)
{
	s->natoms = n;
	s->x = calloc((size_t)n, sizeof(*s->x));
	s->v = calloc((size_t)n, sizeof(*s->v));
	for (int i = 0; i < n; i++)
		for (int d = 0; d < 3; d++)
			s->x[i][d] = uniform() * 20;
}

__attribute__((noinline)) static void rebuild(System *s)
{
	size_t room = (size_t)s->natoms * 256;
	int *scratch = malloc(room * 2 * sizeof(int));

	s->npairs = 0;
	for (int i = 0; i < s->natoms; i++)
		for (int k = 1; k <= 200; k++) {
			int j = (i + k) % s->natoms;
			double dx = s->x[i][0] - s->x[j][0];

			scratch[2 * s->npairs] = i;
			scratch[2 * s->npairs + 1] = j;
			s->npairs += dx * dx < 60;
		}
	s->neighbours = malloc((size_t)s->npairs * 2 * sizeof(int));
	memcpy(s->neighbours, scratch, (size_t)s->npairs * 2 * sizeof(int));
	free(scratch);
}

static double step(System *s)
{
	double energy = 0;

	for (int p = 0; p < s->npairs; p++) {
		int i = s->neighbours[2 * p], j = s->neighbours[2 * p + 1];

		for (int d = 0; d < 3; d++) {
			double f = (s->x[i][d] - s->x[j][d]) * 1e-4;

			s->v[i][d] -= f;
			s->v[j][d] += f;
			energy += f * f;
		}
	}
	for (int i = 0; i < s->natoms; i++)
		for (int d = 0; d < 3; d++)
			s->x[i][d] += s->v[i][d] * 1e-3;
	return energy;
}

int main(void)
{
	unsigned pace = getenv("PACE") ? (unsigned)atoi(getenv("PACE")) : 30;
	int steps = getenv("STEPS") ? atoi(getenv("STEPS")) : 5000;
	System s = { 0 };

	init(&s, 4000);
	rebuild(&s);
	for (int n = 0; n < 80; n++) {
		step(&s);
		usleep(pace * 1000);
	}
	printf("equilibrated, %d pairs\n", s.npairs);
	fflush(stdout);
	for (int n = 0; n < steps; n++) {
		double e = step(&s);

		if (n % 5 == 4)
			rebuild(&s);
		if (n % 100 == 0)
			printf("%6d %12.6f\n", n, e);
		usleep(pace * 1000);
	}
	return 0;
}
