// SPDX-License-Identifier: GPL-2.0-or-later
/* Particles sorted into ranks by place; most of them are in one rank's part. */
#include "meet.h"

OWN static double *receive(int rank)
{
	double *v = vector(1);

	set(v, 1, rank);
	return v;
}

int main(int argc, char **argv)
{
	long size = env("SIZE_MB", 100), pace = env("PACE", 20), mine;
	int rank, ranks, heavy = (int)env("HEAVY", 2);

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	mine = rank == heavy ? size : size / 12;
	for (long i = 0; i < mine; i++) {
		(void)receive(rank);
		nap(pace);
	}
	meet();
	printf("rank %d: %ld MiB of particles\n", rank, mine);
	meet();
	MPI_Finalize();
	return 0;
}
