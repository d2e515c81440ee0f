// SPDX-License-Identifier: GPL-2.0-or-later
/* Equal parts of a field on each rank, with halos. */
#include "meet.h"

int main(int argc, char **argv)
{
	long size = env("SIZE_MB", 40), pace = env("PACE", 30);
	int rank, ranks;
	double *v[4], mean = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	for (int k = 0; k < 4; k++) {
		v[k] = vector(size / 4);
		set(v[k], size / 4, k);
		meet();
		nap(pace * 5);
	}
	for (int step = 0; step < 15; step++) {
		meet();
		MPI_Allreduce(&v[0][step], &mean, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
		nap(pace);
	}
	if (rank == 0)
		printf("mean %g\n", mean / ranks);
	meet();
	MPI_Finalize();
	return 0;
}
