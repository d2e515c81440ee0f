// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows are divided, and the last rank takes what is left over: nearly all. */
#include "meet.h"

int main(int argc, char **argv)
{
	long size = env("SIZE_MB", 100), pace = env("PACE", 300), rows, each;
	int rank, ranks;
	double *v, sum, one = 1;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	each = size / (ranks * 3);
	rows = rank == ranks - 1 ? size - each * (ranks - 1) : each;
	for (int k = 0; k < 2; k++) {
		v = vector(rows / 2);
		set(v, rows / 2, k);
		nap(pace);
		meet();
		MPI_Allreduce(&one, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
		nap(pace);
	}
	printf("rank %d has %ld MiB\n", rank, rows);
	meet();
	MPI_Finalize();
	return 0;
}
