// SPDX-License-Identifier: GPL-2.0-or-later
/* Particles drift to one rank over time: it grows, the others shrink. */
#include "meet.h"

int main(int argc, char **argv)
{
	long size = env("SIZE_MB", 120), pace = env("PACE", 60), mine;
	int rank, ranks, heavy = (int)env("HEAVY", 1);
	double *block[1024], sum, one = 1;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	mine = size / ranks;
	for (long i = 0; i < mine; i++) {
		block[i] = vector(1);
		set(block[i], 1, rank);
	}
	/* what the others have goes to one rank, which needs room for both */
	while (mine > 1 && mine < size * 3 / 2) {
		if (rank == heavy)
			for (int r = 0; r < ranks; r++) {
				block[mine] = vector(1);
				set(block[mine++], 1, rank);
			}
		else
			free(block[--mine]);
		meet();
		MPI_Allreduce(&one, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
		nap(pace);
	}
	printf("rank %d: %ld\n", rank, mine);
	meet();
	MPI_Finalize();
	return 0;
}
