// SPDX-License-Identifier: GPL-2.0-or-later
// score: circuit-newton -O2 -g
/* Transient analysis of a diode ladder, Newton's method in each time step. */
#include "score.h"
#include <math.h>

#define N 56

struct factor {
	double a[N][N];
	int ok;
};

OWN static struct factor *factorize(const double *v, double dt)
{
	struct factor *f = malloc(sizeof *f);

	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			f->a[i][j] = i == j ? 2.5 + 1e-3 / dt + 1e-3 * exp(v[i]) : abs(i - j) == 1 ? -1 : 1e-6;
	for (int k = 0; k < N; k++)
		for (int i = k + 1; i < N; i++) {
			double m = f->a[i][k] /= f->a[k][k];

			for (int j = k + 1; j < N; j++)
				f->a[i][j] -= m * f->a[k][j];
		}
	f->ok = 1;
	return f;
}

static double solve(const struct factor *f, double *b)
{
	double norm = 0;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < i; j++)
			b[i] -= f->a[i][j] * b[j];
	for (int i = N - 1; i >= 0; i--) {
		for (int j = i + 1; j < N; j++)
			b[i] -= f->a[i][j] * b[j];
		b[i] /= f->a[i][i];
		norm = fmax(norm, fabs(b[i]));
	}
	return norm;
}

OWN static int newton(double *v, double t, double dt)
{
	double r[N], old[N];

	memcpy(old, v, sizeof old);
	for (int it = 0; it < 20; it++) {
		struct factor *f = factorize(v, dt);

		for (int i = 0; i < N; i++)
			r[i] = (i ? v[i - 1] : sin(t)) + (i < N - 1 ? v[i + 1] : 0) - 2.5 * v[i]
				- 1e-3 * exp(v[i]) - 1e-3 / dt * (v[i] - old[i]);
		double change = solve(f, r);

		for (int i = 0; i < N; i++)
			v[i] += r[i];
		if (change < 1e-9)
			return it; /* converged */
		free(f);
	}
	return -1;
}

int main(int argc, char **argv)
{
	double v[N] = { 0 }, t = 0, dt = 1e-3, end = argc > 1 ? atof(argv[1]) : 20;
	long its = 0, steps = 0, pace = env("PACE", 0);

	while (t < end && steps * sizeof(struct factor) < 690 * MIB) {
		its += newton(v, t, dt);
		t += dt;
		steps++;
		if (pace && steps % 10 == 0)
			nap(pace);
	}
	printf("t = %.3f after %ld steps, %ld iterations, v0 = %.6f\n", t, steps, its, v[0]);
	return 0;
}
