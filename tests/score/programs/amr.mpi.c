// SPDX-License-Identifier: GPL-2.0-or-later
// score: amr -O2 -g -std=gnu11
/* block-structured refinement, blocks stay with the rank which owns the root block
 * (load balancing: TODO since 2016). The shock sits in one corner. */
#include <math.h>
#include <mpi.h>
#include "score.h"

#define NB 12
struct block { double x, y, w; float u[4][NB][NB]; struct block *kid[4]; };
static long nblocks, maxlev = 8;
static double sx = 0.61, sy = 0.4;

OWN static struct block *new_block(double x, double y, double w)
{
	struct block *b = calloc(1, sizeof *b);

	b->x = x; b->y = y; b->w = w;
	for (int v = 0; v < 4; v++)
		for (int i = 0; i < NB; i++)
			for (int j = 0; j < NB; j++)
				b->u[v][i][j] = (float)exp(-fabs(x + w * i / NB - sx) - v);
	nblocks++;
	return b;
}

static void refine(struct block *b, long lev)
{
	double cx = b->x + b->w / 2, cy = b->y + b->w / 2;
	double r = sqrt((cx - sx) * (cx - sx) + (cy - sy) * (cy - sy));

	if (lev >= maxlev || fabs(r - 0.1) > b->w * 1.1)
		return;
	for (int k = 0; k < 4; k++) {
		if (!b->kid[k])
			b->kid[k] = new_block(b->x + (k & 1) * b->w / 2, b->y + (k >> 1) * b->w / 2, b->w / 2);
		refine(b->kid[k], lev + 1);
	}
}

int main(int argc, char **argv)
{
	int me, np;
	long steps = argc > 1 ? atol(argv[1]) : 9;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &me);
	MPI_Comm_size(MPI_COMM_WORLD, &np);
	maxlev = env("LEVELS", 11);
	/* strips in x */
	struct block *root[8];
	for (int k = 0; k < 8; k++)
		root[k] = new_block((me + k % 2 * 0.5) / np, k / 2 * 0.25, 0.5 / np > 0.25 ? 0.25 : 0.5 / np);
	for (long s = 0; s < steps; s++) {
		long mine, most;
		sx += 0.002;
		for (int k = 0; k < 8; k++)
			refine(root[k], 0);
		work(env("PACE", 40));
		mine = nblocks;
		MPI_Reduce(&mine, &most, 1, MPI_LONG, MPI_MAX, 0, MPI_COMM_WORLD);
		MPI_Barrier(MPI_COMM_WORLD);
		if (!me) {
			printf("step %ld, rank 0 has %ld blocks, the fullest %ld\n", s, mine, most);
			fflush(stdout);
		}
	}
	MPI_Finalize();
	return 0;
}
