// SPDX-License-Identifier: GPL-2.0-or-later
/* Adaptive mesh: blocks that the shock crosses are split in four. The blocks
 * are never moved between the ranks, so the owner of the shock gets them all. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#define CELLS 32

struct block {
	double x, y, w;
	double u[CELLS][CELLS];
	struct block *child[4];
};

static long blocks;

__attribute__((noinline)) static struct block *make_block(double x, double y, double w)
{
	struct block *b = calloc(1, sizeof(*b));

	if (!b)
		MPI_Abort(MPI_COMM_WORLD, 1);
	b->x = x;
	b->y = y;
	b->w = w;
	for (int pass = 0; pass < 30; pass++)
		for (int i = 0; i < CELLS; i++)
			for (int j = 0; j < CELLS; j++)
				b->u[i][j] += (x + w * i / CELLS) * (y + w * j / CELLS) / (1 + pass);
	blocks++;
	return b;
}

static int crossed(const struct block *b, double shock)
{
	/* a curved front near x = shock, in the unit square of the third quarter */
	double front = shock + 0.01 * (b->y - 2.5) * (b->y - 2.5);

	return b->y >= 2 && b->y < 3 && front >= b->x && front < b->x + b->w;
}

static void refine(struct block *b, double shock, int depth)
{
	if (depth == 0 || !crossed(b, shock))
		return;
	for (int k = 0; k < 4; k++) {
		if (!b->child[k])
			b->child[k] = make_block(b->x + (k & 1) * b->w / 2, b->y + (k >> 1) * b->w / 2, b->w / 2);
		refine(b->child[k], shock, depth - 1);
	}
}

int main(int argc, char **argv)
{
	int rank, size, depth = argc > 1 ? atoi(argv[1]) : 7;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	struct block *root = make_block(0, rank, 1);
	for (int step = 0; step < 60; step++) {
		long most;
		refine(root, 0.05 + step * 0.015, depth);
		MPI_Allreduce(&blocks, &most, 1, MPI_LONG, MPI_MAX, MPI_COMM_WORLD);
		if (rank == 0 && step % 10 == 0)
			printf("step %d: at most %ld blocks on a rank\n", step, most), fflush(stdout);
	}
	MPI_Finalize();
	return 0;
}
