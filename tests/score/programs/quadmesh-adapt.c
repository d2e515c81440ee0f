// SPDX-License-Identifier: GPL-2.0-or-later
// score: quadmesh-adapt -O2 -g
/* Adaptive mesh: refines near a moving front, coarsens behind it.  coarsen()
 * gives the cells back but not what they hold. */
#include "score.h"

struct cell { struct cell *child[4]; double x, y, size, *state; };

static long live, lost;

OWN struct cell *new_cell(double x, double y, double size)
{
	struct cell *c = calloc(1, sizeof *c);

	c->x = x, c->y = y, c->size = size;
	c->state = malloc(96 * sizeof *c->state);
	for (int i = 0; i < 96; i++)
		c->state[i] = x * i - y;
	live++;
	return c;
}

OWN void coarsen(struct cell *c)
{
	for (int i = 0; i < 4; i++)
		if (c->child[i]) {
			coarsen(c->child[i]);
			free(c->child[i]);
			c->child[i] = NULL;
			live--, lost++;
		}
}

OWN void adapt(struct cell *c, double front, int depth)
{
	int near_front = c->x <= front && front <= c->x + c->size;

	if (!near_front || depth == 0) {
		coarsen(c);
		return;
	}
	for (int i = 0; i < 4; i++) {
		double h = c->size / 2;

		if (!c->child[i])
			c->child[i] = new_cell(c->x + (i & 1) * h, c->y + (i >> 1) * h, h);
		adapt(c->child[i], front, depth - 1);
	}
}

OWN double solve_step(long n)
{
	double *work_a = vector(6), sum = 0;	/* comes and goes in each step */

	for (long i = 0; i < 6 * MIB / 8; i++)
		work_a[i] = (double)(i % 97) / (double)n;
	for (long i = 0; i < 6 * MIB / 8; i += 511)
		sum += work_a[i];
	free(work_a);
	return sum;
}

int main(void)
{
	struct cell *root = new_cell(0, 0, 1);
	double residual = 0;
	long step = 0, pace = env("PACE", 20);

	while (live + lost < 800000) {
		double front = (double)(step++ % 1000) / 1000;

		adapt(root, front, 9);
		residual = solve_step(step);
		nap(pace);
	}
	printf("step %ld: %ld cells, residual %.3f\n", step, live, residual);
	return 0;
}
