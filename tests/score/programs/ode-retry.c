// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chemical kinetics with step size control. The stages of a step that is
 * accepted are freed; those of one that is rejected are not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SPECIES 4000
#define STAGES 7

static int work_ms = 8;

static void rhs(const double *y, double *dy, double t)
{
	double phase = t - (double)(long)t, light = phase < 0.5 ? phase : 1 - phase;

	for (int i = 0; i < SPECIES; i++)
		dy[i] = -0.3 * y[i] + 0.1 * y[(i + 1) % SPECIES] + light;
}

/* the rates are dear in reality: so many evaluations as fit into work_ms */
static void stage(const double *y, double *k, double t)
{
	clock_t end = clock() + (clock_t)work_ms * CLOCKS_PER_SEC / 1000 / STAGES;

	do
		rhs(y, k, t);
	while (clock() < end);
}

/* One step of size h from y to out; 0 if it was too large. */
__attribute__((noinline)) static int attempt(const double *y, double *out, double t, double h, double *error)
{
	double *k[STAGES], worst = 0, off;

	for (int s = 0; s < STAGES; s++) {
		k[s] = malloc(SPECIES * sizeof(double));
		if (!k[s])
			exit(1);
		stage(y, k[s], t + h * s / STAGES);
	}
	for (int i = 0; i < SPECIES; i++) {
		double sum = 0;

		for (int s = 0; s < STAGES; s++)
			sum += k[s][i] / STAGES;
		out[i] = y[i] + h * sum;
		off = h * (k[STAGES - 1][i] - k[0][i]);
		worst = off > worst ? off : -off > worst ? -off : worst;
	}
	*error = worst;
	if (worst > 2e-4)
		return 0;
	for (int s = 0; s < STAGES; s++)
		free(k[s]);
	return 1;
}

int main(void)
{
	double *y = malloc(SPECIES * sizeof(*y)), *z = malloc(SPECIES * sizeof(*z));
	double t = 0, h = 0.05, error = 0;
	long accepted = 0, rejected = 0, steps = 60000;

	if (getenv("PACE"))
		work_ms = atoi(getenv("PACE"));
	if (getenv("STEPS"))
		steps = atol(getenv("STEPS"));
	for (int i = 0; i < SPECIES; i++)
		y[i] = 1 + (i & 3);
	while (accepted + rejected < steps) {
		if (attempt(y, z, t, h, &error)) {
			memcpy(y, z, SPECIES * sizeof(*y));
			t += h;
			h *= 1.3;
			accepted++;
		} else {
			h *= 0.6;
			rejected++;
		}
		if ((accepted + rejected) % 200 == 0) {
			printf("t %.3f h %.4f, %ld accepted, %ld rejected\n", t, h, accepted, rejected);
			fflush(stdout);
		}
	}
	return 0;
}
