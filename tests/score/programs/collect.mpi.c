// SPDX-License-Identifier: GPL-2.0-or-later
/* In each step all ranks send their snapshot; rank 0 keeps them for the end. */
#include "meet.h"

int main(int argc, char **argv)
{
	long pace = env("PACE", 100), size = env("SIZE_MB", 150), kept = 0;
	int rank, ranks, n = 1 << 15;
	double *mine, *all;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	mine = vector(4);
	set(mine, 4, rank);
	while (kept < size * MIB) {
		all = rank ? NULL : malloc((size_t)n * 8 * (size_t)ranks);
		meet();
		MPI_Gather(mine, n, MPI_DOUBLE, all, n, MPI_DOUBLE, 0, MPI_COMM_WORLD);
		kept += (long)n * 8 * ranks;
		nap(pace);
	}
	if (rank == 0)
		printf("%ld bytes written\n", kept);
	meet();
	MPI_Finalize();
	return 0;
}
