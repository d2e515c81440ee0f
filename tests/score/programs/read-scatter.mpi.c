// SPDX-License-Identifier: GPL-2.0-or-later
/* Rank 0 reads the whole input and sends each rank its part. */
#include "meet.h"

OWN static char *read_all(FILE *f, long pace, long *len)
{
	char *all;
	int n;

	fseek(f, 0, SEEK_END);
	all = malloc((size_t)ftell(f));
	rewind(f);
	while ((n = (int)fread(all + *len, 1, MIB, f)) > 0) {
		*len += n;
		nap(pace);
	}
	return all;
}

int main(int argc, char **argv)
{
	long pace = env("PACE", 20), len = 0, part;
	int rank, ranks;
	char *all = NULL, *mine;
	FILE *f;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	if (rank == 0) {
		f = fopen(argv[1], "r");
		if (!f)
			MPI_Abort(MPI_COMM_WORLD, 1);
		all = read_all(f, pace, &len);
	}
	meet();
	MPI_Bcast(&len, 1, MPI_LONG, 0, MPI_COMM_WORLD);
	part = len / ranks / 16;
	mine = malloc((size_t)part);
	meet();
	MPI_Scatter(all, (int)part, MPI_CHAR, mine, (int)part, MPI_CHAR, 0, MPI_COMM_WORLD);
	if (rank == 0)
		printf("%ld bytes scattered\n", len);
	meet();
	MPI_Finalize();
	return 0;
}
