// SPDX-License-Identifier: GPL-2.0-or-later
/* Star census: each rank makes a snapshot of its stars, rank 0 holds all
 * snapshots to write them in one file at the end. */
#include "score.h"
#include <mpi.h>

struct star { double x[3], v[3], mass; long id; };

OWN void evolve(struct star *s, int n, int rank, int step)
{
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < 3; k++) {
			s[i].v[k] = s[i].v[k] * 0.999 + 1e-3 * (double)((i + step * k) % 17);
			s[i].x[k] += s[i].v[k];
		}
		s[i].mass = 1 + 0.1 * (double)(i % 10);
		s[i].id = (long)rank << 32 | i;
	}
}

static struct star *all;
static long held;

OWN void collect(struct star *mine, int n, int rank, int ranks)
{
	if (rank == 0) {
		all = realloc(all, (size_t)(held + (long)n * ranks) * sizeof *all);
		if (!all)
			MPI_Abort(MPI_COMM_WORLD, 2);
	}
	MPI_Gather(mine, n * (int)sizeof *mine, MPI_BYTE, rank ? NULL : all + held,
		n * (int)sizeof *mine, MPI_BYTE, 0, MPI_COMM_WORLD);
	if (rank == 0)
		held += (long)n * ranks;
}

int main(int argc, char **argv)
{
	int rank, ranks, n = 5000;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	struct star *mine = calloc((size_t)n, sizeof *mine);
	long bytes = env("SIZE_MB", 120) * MIB, pace = env("PACE", 50);

	for (int step = 0; (long)step * n * ranks * (long)sizeof *mine < bytes; step++) {
		evolve(mine, n, rank, step);
		collect(mine, n, rank, ranks);
		work(pace);
	}
	if (rank == 0) {
		double mass = 0;

		for (long i = 0; i < held; i++)
			mass += all[i].mass;
		printf("%ld stars held, mass %.1f\n", held, mass);
	}
	MPI_Finalize();
	return 0;
}
