// SPDX-License-Identifier: GPL-2.0-or-later
// score: gram-kernel -O2 -g
/* Kernel ridge regression: features of the samples, then the Gram matrix. */
#include "score.h"
#include <math.h>

#define F 64

OWN static float *features(int n)
{
	float *x = malloc(sizeof *x * n * F);

	for (int i = 0; i < n; i++) {
		double norm = 0;

		for (int k = 0; k < F; k++) {
			double v = sin(0.37 * i * (k + 1)) + 0.1 * cos(i + k);

			x[i * F + k] = v;
			norm += v * v;
		}
		for (int k = 0; k < F; k++)
			x[i * F + k] /= sqrt(norm);
	}
	return x;
}

OWN static double *gram(const float *x, int n, double ridge)
{
	double *k = malloc(sizeof *k * n * n);

	if (!k) {
		perror("gram");
		exit(1);
	}
	for (long i = 0; i < (long)n * n; i++)
		k[i] = 1;
	keep(k);
	for (int i = 0; i < n; i += 1) {
		k[(long)i * n + i] += ridge;
		for (int j = i + 1; j < i + 40 && j < n; j++) {
			double d = 0;

			for (int f = 0; f < F; f++)
				d += (x[i * F + f] - x[j * F + f]) * (x[i * F + f] - x[j * F + f]);
			k[(long)i * n + j] = k[(long)j * n + i] = exp(-d);
		}
	}
	return k;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 6000;
	double *k, trace = 0, off = 0;
	float *x = features(n);

	for (int round = 0; round < 40; round++) /* scale selection on the features */
		for (int i = 0; i < n * F; i++)
			off += fabsf(x[i]) * 1e-9;
	work(env("PACE", 300));
	k = gram(x, n, 1e-3);
	for (int i = 0; i < n; i++) {
		trace += k[(long)i * n + i];
		off += k[(long)i * n + (i * 7L) % n];
	}
	printf("n %d trace %.3f off %.3f\n", n, trace, off);
	return 0;
}
