// SPDX-License-Identifier: GPL-2.0-or-later
/* Dark-matter haloes: space is cut in equal slabs, a rank each, and a tree is made of the slab's
 * particles. The matter is not equal: one cluster lies within a single slab. */
#include "score.h"
#include <math.h>
#include <mpi.h>

struct node {
	struct node *kid[2];
	float x[3], mass, moment[12];
	int axis, n;
};

static unsigned long seed;
static long nodes;

static double uniform(void)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return (double)(seed % 1000003) / 1000003;
}

OWN static void insert(struct node **at, const float *x)
{
	int axis = 0;

	while (*at) {
		struct node *c = *at;
		c->mass += 1e-3f, c->n++;
		axis = (c->axis + 1) % 3;
		at = &c->kid[x[c->axis] > c->x[c->axis]];
	}
	*at = calloc(1, sizeof **at);
	memcpy((*at)->x, x, 3 * sizeof *x);
	(*at)->axis = axis, (*at)->n = 1;
	for (int k = 0; k < 9; k++)
		(*at)->moment[k] = x[k / 3] * x[k % 3];
	nodes++;
}

int main(int argc, char **argv)
{
	int rank, size;
	struct node *root = NULL;
	long mine, all, most;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	seed = 88172645463325252ul + (unsigned long)rank;
	long field = 30000, cluster = argc > 1 ? atol(argv[1]) : 1100000;
	/* the cluster's centre at 0.62 of the box: whose slab is that? */
	mine = field + ((int)(0.62 * size) == rank ? cluster : 0);
	for (long i = 0; i < mine; i++) {
		float x[3];
		for (int k = 0; k < 3; k++)
			x[k] = (float)(i < field ? uniform() : 0.62 + 0.05 * (uniform() + uniform() + uniform() - 1.5));
		insert(&root, x);
	}
	long big = 0;
	for (struct node *c = root; c; c = c->kid[c->kid[0] ? 0 : 1])
		big += c->n;
	MPI_Allreduce(&nodes, &all, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
	MPI_Allreduce(&big, &most, 1, MPI_LONG, MPI_MAX, MPI_COMM_WORLD);
	if (!rank)
		printf("%ld particles in %d slabs, heaviest path %ld\n", all, size, most);
	MPI_Finalize();
	return 0;
}
