// SPDX-License-Identifier: GPL-2.0-or-later
/* Stars in equal slices of space; a cluster sits in one of them, whose rank gets most of the tree. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

struct cell {
	float x, y, z, mass;
	struct cell *child[8];
	int n;
};

static int rank, size;

static struct cell *fresh(float x, float y, float z)
{
	struct cell *c = calloc(1, sizeof *c);

	c->x = x;
	c->y = y;
	c->z = z;
	c->mass = 1;
	c->n = 1;
	return c;
}

__attribute__((noinline)) static void add(struct cell *c, float x, float y, float z)
{
	for (;;) {
		int o = (x > c->x) | (y > c->y) << 1 | (z > c->z) << 2;

		c->mass += 1;
		c->n++;
		if (!c->child[o]) {
			c->child[o] = fresh(x, y, z);
			return;
		}
		c = c->child[o];
	}
}

static double weight(const struct cell *c)
{
	double w = c->mass / (1 + c->x * c->x + c->y * c->y);

	for (int o = 0; o < 8; o++)
		if (c->child[o])
			w += weight(c->child[o]);
	return w;
}

int main(int argc, char **argv)
{
	long stars = argc > 1 ? atol(argv[1]) : 1600000, kept = 0;
	struct cell *root;
	double w, all;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	srand48(99); /* all draw the same stars, and keep their own */
	root = fresh((rank + 0.5f) / size, 0.5f, 0.5f);
	for (long i = 0; i < stars; i++) {
		double x = drand48(), y = drand48(), z = drand48();

		if (i % 8) { /* in the cluster */
			x = 0.66 + 0.03 * (x - 0.5) * y;
			y = 0.3 + 0.05 * (y - 0.5);
		}
		if ((int)(x * size) != rank)
			continue;
		add(root, x, y, z);
		kept++;
	}
	w = weight(root);
	MPI_Reduce(&w, &all, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (!rank)
		printf("%ld stars, %ld of them here, weight %.6e\n", stars, kept, all);
	MPI_Finalize();
	return 0;
}
