// SPDX-License-Identifier: GPL-2.0-or-later
// score: enkf -O2 -g
/* ensemble of short forecasts. The parent reads the analysis, the members are
 * forked from it ("memory is shared, Linux is clever"), perturb it and step. */
#include "score.h"
#include <math.h>
#include <sys/wait.h>

static long nlev = 20, ncell;
static double *state;

OWN static void analysis(void)
{
	state = malloc(nlev * ncell * sizeof *state);
	for (long i = 0; i < nlev * ncell; i++)
		state[i] = 280 + 10 * sin((double)(i % ncell) * 0.001);
	keep(state);
}

OWN static void forecast(int member, long pace)
{
	unsigned seed = (unsigned)member * 77 + 1;

	for (long lev = 0; lev < nlev; lev++) {
		double *t = state + lev * ncell;

		for (long i = 0; i < ncell; i++)
			t[i] += 0.01 * (double)((seed = seed * 1103515245u + 12345u) >> 16 & 255);
		work(pace);
	}
	for (int step = 0; step < 10; step++)
		for (long i = 1; i < nlev * ncell - 1; i++)
			state[i] += 0.1 * (state[i - 1] - 2 * state[i] + state[i + 1]);
	printf("member %d mean %g\n", member, state[ncell / 2]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int members = argc > 1 ? atoi(argv[1]) : 6, failed = 0, s;
	long pace = env("PACE", 25);

	ncell = env("SIZE_MB", 24) * MIB / 8 / nlev;
	analysis();
	printf("analysis ready\n");
	fflush(stdout);
	for (int m = 0; m < members; m++) {
		pid_t p = fork();

		if (p < 0) {
			perror("fork");
			return 1;
		}
		if (!p) {
			forecast(m, pace);
			_exit(0);
		}
	}
	while (wait(&s) > 0)
		if (s)
			failed++;
	if (failed)
		fprintf(stderr, "%d members lost\n", failed);
	return failed != 0;
}
