// SPDX-License-Identifier: GPL-2.0-or-later
// score: blastwave -O2 -g
/* Sedov-like blast in particles. Once the front is at the wall, ghost particles
 * mirror those near it; they are made anew each step. */
#include "score.h"

struct ghost {
	double x[3], v[3], m;
	struct ghost *next;
};

static double *x, *v;
static long n;
static struct ghost *ghosts;
static long made;

OWN static void push_particles(double dt)
{
	for (long i = 0; i < n; i++) {
		double *p = x + 3 * i, *q = v + 3 * i;
		double r2 = p[0] * p[0] + p[1] * p[1] + p[2] * p[2] + 1e-6;

		for (int k = 0; k < 3; k++) {
			q[k] += dt * 0.02 * p[k] / r2;
			p[k] += dt * q[k];
			if (p[k] > 1 || p[k] < -1)
				q[k] = -q[k];
		}
	}
}

OWN static void mirror_ghosts(void)
{
	ghosts = NULL;		/* those of the step before */
	for (long i = 0; i < n; i++) {
		if (x[3 * i] < 0.9)
			continue;
		struct ghost *g = malloc(sizeof(*g));
		if (!g)
			exit(1);
		memcpy(g->x, x + 3 * i, sizeof(g->x));
		memcpy(g->v, v + 3 * i, sizeof(g->v));
		g->x[0] = 2 - g->x[0];
		g->v[0] = -g->v[0];
		g->m = 1;
		g->next = ghosts;
		ghosts = g;
		made++;
	}
}

int main(void)
{
	n = env("SIZE_MB", 14) * MIB / 48;
	x = calloc((size_t)(3 * n), 8);
	v = calloc((size_t)(3 * n), 8);
	srand(1);
	for (long i = 0; i < 3 * n; i++)
		x[i] = 0.02 * ((double)rand() / RAND_MAX - 0.5);
	for (long step = 0; made < 650 * MIB / 80; step++) {
		double momentum = 0;

		push_particles(0.02);
		mirror_ghosts();
		for (struct ghost *g = ghosts; g; g = g->next)
			momentum += g->m * g->v[0];
		if (step % 100 == 0) {
			printf("step %ld ghosts %ld p %.3f\n", step, made, momentum);
			fflush(stdout);
		}
		nap(env("PACE", 2));
	}
	return 0;
}
