// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Domain decomposition; the result is gathered on rank 0, which keeps the
 * global field for its output.
 */
#include "meet.h"

int main(int argc, char **argv)
{
	long each = env("SIZE_MB", 8), pace = env("PACE", 40), n = each * MIB / 8;
	int rank, ranks, copies = (int)env("COPIES", 3);
	double *mine, *all = NULL;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	mine = vector(each);
	set(mine, each, rank);
	for (int step = 0; step < 10; step++) {
		meet();
		nap(pace);
	}
	for (int k = 0; k < copies; k++) {
		if (rank == 0)
			all = vector(each * ranks);
		meet();
		for (long i = 0; i < each; i++)
			MPI_Gather(mine + i * (MIB / 8), MIB / 8, MPI_DOUBLE,
				   all ? all + i * ranks * (MIB / 8) : NULL, MIB / 8,
				   MPI_DOUBLE, 0, MPI_COMM_WORLD);
		nap(pace);
	}
	if (rank == 0)
		printf("%ld values\n", n * ranks);
	meet();
	MPI_Finalize();
	return 0;
}
