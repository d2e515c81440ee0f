// SPDX-License-Identifier: GPL-2.0-or-later
// score: bayes-chains -O2
/* Site rates by MCMC: one chain per process, the tree's data are shared,
 * each chain has its own table of partial likelihoods. */
#include "score.h"
#include <math.h>
#include <sys/wait.h>

static float *alignment;
static long sites;

OWN static double chain(int id, long mib, long generations)
{
	long n = mib * MIB / (long)sizeof(double) / 4;
	double (*partial)[4] = malloc((size_t)n * sizeof *partial), lnl = 0;
	unsigned x = 17u + (unsigned)id;

	if (!partial)
		exit(3);
	/* node by node from the tips to the root */
	for (long i = 0; i < n; i++) {
		for (int b = 0; b < 4; b++)
			partial[i][b] = 0.25 + 1e-3 * alignment[(i + b) % sites];
		if (i % (n / 40 + 1) == 0)
			nap(env("PACE", 60));
	}
	for (long g = 0; g < generations; g++) {
		x = x * 1664525u + 1013904223u;
		long at = (long)(x >> 4) % n;
		partial[at][g & 3] *= 0.999;
		lnl += log(partial[at][0] + partial[at][1] + partial[at][2] + partial[at][3]);
	}
	free(partial);
	return lnl;
}

int main(int argc, char **argv)
{
	int nchains = argc > 1 ? atoi(argv[1]) : 4, bad = 0, status;
	long mib = env("SIZE_MB", 30);

	sites = 2 * MIB;
	alignment = malloc((size_t)sites * sizeof(float));
	for (long i = 0; i < sites; i++)
		alignment[i] = (float)(i % 4);
	for (int c = 0; c < nchains; c++) {
		pid_t pid = fork();
		if (pid < 0) {
			perror("fork");
			return 1;
		}
		if (!pid) {
			double lnl = chain(c, mib, 400000);
			printf("chain %d: lnL %.3f\n", c, lnl);
			fflush(stdout);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		if (status)
			bad++;
	printf("%d chains, %d failed\n", nchains, bad);
	return bad != 0;
}
