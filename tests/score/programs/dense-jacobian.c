// SPDX-License-Identifier: GPL-2.0-or-later
// score: dense-jacobian -O2 -g
/* Newton's method for a reaction network: few species first (sparse, in bands),
 * then the fallback to a dense Jacobian when the banded one does not converge. */
#include "score.h"
#include <math.h>

struct net { int n; double *c, *rate; };

static double residual(struct net *w, double *f)
{
	double norm = 0;

	for (int i = 0; i < w->n; i++) {
		int l = i ? i - 1 : w->n - 1, r = i + 1 < w->n ? i + 1 : 0;
		f[i] = w->rate[i] * (w->c[l] - 2 * w->c[i] + w->c[r]) - 0.1 * w->c[i] * w->c[i] + 0.02;
		norm += f[i] * f[i];
	}
	return sqrt(norm);
}

OWN static double *dense(struct net *w)
{
	size_t n = (size_t)w->n;
	double *J = malloc(n * n * sizeof *J);

	if (!J) {
		fprintf(stderr, "no memory for the Jacobian\n");
		exit(1);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			J[i * n + j] = i == j ? -2 * w->rate[i] - 0.2 * w->c[i] :
				(i + 1) % n == j || (j + 1) % n == i ? w->rate[i] : 0;
	return J;
}

int main(void)
{
	struct net w = { (int)env("SPECIES", 7000), NULL, NULL };
	double *f = malloc((size_t)w.n * 8), r = 0;

	w.c = malloc((size_t)w.n * 8);
	w.rate = malloc((size_t)w.n * 8);
	for (int i = 0; i < w.n; i++) {
		w.c[i] = 1 + 0.1 * sin(i);
		w.rate[i] = 0.3 + 0.1 * cos(i * 0.01);
	}
	for (int it = 0; it < 3000; it++) {	/* damped, in bands */
		r = residual(&w, f);
		for (int i = 0; i < w.n; i++)
			w.c[i] += 0.05 * f[i];
		if (it % 100 == 0)
			nap(env("PACE", 30));
	}
	printf("banded: residual %g, going dense\n", r);
	double *J = dense(&w), *x = calloc((size_t)w.n, 8);
	for (int sweep = 0; sweep < 5; sweep++)	/* Gauss-Seidel */
		for (int i = 0; i < w.n; i++) {
			double s = -f[i];
			for (int j = 0; j < w.n; j++)
				if (j != i)
					s -= J[(size_t)i * (size_t)w.n + (size_t)j] * x[j];
			x[i] = s / J[(size_t)i * (size_t)w.n + (size_t)i];
		}
	for (int i = 0; i < w.n; i++)
		w.c[i] += x[i];
	printf("dense: residual %g\n", residual(&w, f));
	return 0;
}
