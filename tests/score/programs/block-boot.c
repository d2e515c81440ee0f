// SPDX-License-Identifier: GPL-2.0-or-later
// score: block-boot -O2 -g
/* Block bootstrap of a long series by four processes of its own; each draws its sample and keeps
 * the ordered statistics of it for the confidence band. */
#include "score.h"
#include <math.h>
#include <sys/wait.h>

static double *series;
static long n;

OWN static double replicate(int worker, int rounds)
{
	double *drawn = malloc((size_t)n * 8), *band = malloc((size_t)n * 8), mean = 0;
	unsigned long seed = 88172645463325252ul + (unsigned long)worker * 977;

	for (int r = 0; r < rounds; r++) {
		for (long at = 0; at < n; at += 64) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			long from = (long)(seed % (unsigned long)(n - 64));
			for (long k = 0; k < 64 && at + k < n; k++)
				drawn[at + k] = series[from + k];
			if (r == 0 && at / 64 % 1000 == 0)
				nap(env("PACE", 60));
		}
		for (long i = 0; i < n; i++) {
			if (r == 0 && i % 64000 == 0)
				nap(env("PACE", 60));
			double d = fabs(drawn[i] - series[i]);
			band[i] = r && band[i] > d ? band[i] : d;
		}
		mean += band[(r * 101) % n];
	}
	free(drawn);
	free(band);
	return mean / rounds;
}

int main(int argc, char **argv)
{
	int workers = argc > 1 ? atoi(argv[1]) : 4, up[2];
	double sum = 0, one;

	n = env("SIZE_MB", 12) * MIB / 8;
	series = malloc((size_t)n * 8);
	for (long i = 0; i < n; i++)
		series[i] = sin(0.003 * (double)i) + 0.3 * cos(0.17 * (double)i);
	if (pipe(up))
		return 1;
	for (int w = 0; w < workers; w++)
		if (fork() == 0) {
			one = replicate(w, 12);
			if (write(up[1], &one, sizeof one) != sizeof one)
				_exit(1);
			_exit(0);
		}
	close(up[1]);
	int got = 0, status, bad = 0;
	while (read(up[0], &one, sizeof one) == sizeof one)
		sum += one, got++;
	while (wait(&status) > 0)
		bad += status != 0;
	printf("%d workers, %d failed, band %.5f\n", workers, bad, got ? sum / got : 0.0);
	return bad != 0;
}
