// SPDX-License-Identifier: GPL-2.0-or-later
/* Each rank keeps a message buffer in every step. */
#include "meet.h"

OWN static void post_message(int step, long bytes)
{
	char *buf = malloc((size_t)bytes);

	if (!buf)
		MPI_Abort(MPI_COMM_WORLD, 1);
	memset(buf, step, (size_t)bytes);
	keep(buf);
}

int main(int argc, char **argv)
{
	long pace = env("PACE", 80), size = env("SIZE_MB", 8), kib = env("KIB", 256);
	double *field, sum, mine = 1;
	int rank;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	field = vector(size);
	set(field, size, rank);
	for (int step = 0; step < 100000; step++) {
		post_message(step, kib << 10);
		meet();
		MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
		nap(pace);
	}
	meet();
	MPI_Finalize();
	return 0;
}
