// SPDX-License-Identifier: GPL-2.0-or-later
/* Ocean temperature by latitude strips; a strip's month goes to rank 0, which keeps the year's
 * record of every month in memory for the trend at the end. */
#include "score.h"
#include <math.h>
#include <mpi.h>

static double **record;
static int kept;

OWN static void keep_month(const double *strip, int rank, int n, int size)
{
	double *whole = NULL;

	if (rank == 0) {
		record = realloc(record, (size_t)(kept + 1) * sizeof *record);
		whole = malloc((size_t)n * (size_t)size * sizeof *whole);
		record[kept++] = whole;
	}
	MPI_Gather(strip, n, MPI_DOUBLE, whole, n, MPI_DOUBLE, 0, MPI_COMM_WORLD);
}

int main(int argc, char **argv)
{
	int rank, size, months = argc > 1 ? atoi(argv[1]) : 120, n = 32768;
	double *t, trend = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	t = malloc((size_t)n * 8);
	for (int i = 0; i < n; i++)
		t[i] = 15 - 0.001 * i - rank;
	for (int m = 0; m < months; m++) {
		for (int sub = 0; sub < 10; sub++)
			for (int i = 1; i < n - 1; i++)
				t[i] += 0.1 * (t[i - 1] - 2 * t[i] + t[i + 1]) + 1e-4 * sin(m * 0.52);
		keep_month(t, rank, n, size);
		nap(env("PACE", 30));
	}
	if (rank == 0) {
		for (int i = 0; i < n * size; i += 997)
			trend += record[months - 1][i] - record[0][i];
		printf("%d months of %d points, trend %.6f\n", months, n * size, trend);
	}
	MPI_Finalize();
	return 0;
}
