// SPDX-License-Identifier: GPL-2.0-or-later
/* Moving mesh: each step every rank makes a new remap table to its neighbour's cells. The old
 * table's pointer is overwritten, so that the tables of all steps stay. */
#include "score.h"
#include <math.h>
#include <mpi.h>

struct remap {
	long n;
	int *cell;
	double *weight;
};

static struct remap *current;
static long made;

OWN static void build_remap(int step, int rank, long n)
{
	struct remap *r = malloc(sizeof *r);

	r->n = n;
	r->cell = malloc((size_t)n * sizeof *r->cell);
	r->weight = malloc((size_t)n * sizeof *r->weight);
	for (long i = 0; i < n; i++) {
		r->cell[i] = (int)((i * 7 + step * 3 + rank) % n);
		r->weight[i] = 0.5 + 0.5 * sin(1e-3 * (double)(i + step));
	}
	made += n * 12;
	current = r;
}

int main(int argc, char **argv)
{
	int rank, size, step = 0;
	long n = 1 << 15, pace;
	double *u, *w, mass = 0, all = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	pace = env("PACE", 40);
	u = calloc((size_t)n, 8), w = calloc((size_t)n, 8);
	for (long i = 0; i < n; i++)
		u[i] = 1 + 0.1 * cos(0.01 * (double)i);
	for (step = 0; made < 600 * MIB / size; step++) {
		build_remap(step, rank, n);
		for (long i = 0; i < n; i++)
			w[i] = current->weight[i] * u[current->cell[i]] + (1 - current->weight[i]) * u[i];
		MPI_Sendrecv(w, 256, MPI_DOUBLE, (rank + 1) % size, 0, u, 256, MPI_DOUBLE,
			     (rank + size - 1) % size, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		memcpy(u + 256, w + 256, (size_t)(n - 256) * 8);
		mass = 0;
		for (long i = 0; i < n; i++)
			mass += u[i];
		MPI_Allreduce(&mass, &all, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
		nap(pace);
	}
	if (!rank)
		printf("%d steps, mass %.6f\n", step, all);
	MPI_Finalize();
	return 0;
}
