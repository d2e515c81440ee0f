// SPDX-License-Identifier: GPL-2.0-or-later
// score: gmres-restart -O3 -fomit-frame-pointer
/* Restarted GMRES on a convection-diffusion stencil; the basis is made as the iterations go. */
#include "score.h"
#include <math.h>

static long nx, n;
static int m = 60;
static double **V, *b, *x, H[128][128];

static void apply(const double *in, double *out)
{
	for (long i = 0; i < n; i++) {
		double s = 4.02 * in[i];
		if (i >= nx) s -= 1.1 * in[i - nx];
		if (i + nx < n) s -= 0.9 * in[i + nx];
		if (i % nx) s -= 1.05 * in[i - 1];
		if (i % nx != nx - 1) s -= 0.95 * in[i + 1];
		out[i] = s;
	}
}

static double dot(const double *a, const double *c)
{
	double s = 0;
	for (long i = 0; i < n; i++) s += a[i] * c[i];
	return s;
}

OWN static double arnoldi(int j)
{
	if (!V[j + 1] && !(V[j + 1] = malloc((size_t)n * sizeof **V)))
		exit(1);
	double *w = V[j + 1];
	apply(V[j], w);
	for (int k = 0; k <= j; k++) {
		H[k][j] = dot(V[k], w);
		for (long i = 0; i < n; i++) w[i] -= H[k][j] * V[k][i];
	}
	double h = sqrt(dot(w, w));
	H[j + 1][j] = h;
	for (long i = 0; i < n; i++) w[i] /= h;
	return h;
}

int main(void)
{
	double last = 0;
	n = env("SIZE_MB", 72) * MIB / 8 / m;
	nx = (long)sqrt((double)n);
	V = calloc((size_t)m + 1, sizeof *V);
	b = malloc((size_t)n * 8);
	x = calloc((size_t)n, 8);
	V[0] = malloc((size_t)n * 8);
	for (long i = 0; i < n; i++) b[i] = sin(0.001 * (double)i) + 1;
	for (int cycle = 0; cycle < 3; cycle++) {
		apply(x, V[0]);
		for (long i = 0; i < n; i++) V[0][i] = b[i] - V[0][i];
		double beta = sqrt(dot(V[0], V[0]));
		for (long i = 0; i < n; i++) V[0][i] /= beta;
		for (int j = 0; j < m; j++) {
			last = arnoldi(j);
			nap(env("PACE", 15));
		}
		for (long i = 0; i < n; i++) x[i] += beta / H[0][0] * V[0][i];
		printf("cycle %d residual %.4e\n", cycle, beta);
	}
	printf("gmres: %ld unknowns, last h %.5f\n", n, last);
	return 0;
}
