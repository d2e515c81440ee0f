// SPDX-License-Identifier: GPL-2.0-or-later
// score: telescope-root -O2 -g
/* An array of antennas: each rank correlates its band; the visibilities of all
 * integrations are put together on the first rank, for the median filter. */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#define CHANNELS 131072

static void correlate(float *band, int rank, int t)
{
	for (int c = 0; c < CHANNELS; c++) {
		float sum = 0;

		for (int antenna = 0; antenna < 3; antenna++)
			sum += sinf(0.001f * (float)(c + rank * CHANNELS + antenna)) * cosf((float)(t * c % 977));
		band[c] = sum / 3;
	}
}

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

__attribute__((noinline)) static void append(float **all, int ranks, int t, float *band)
{
	size_t width = (size_t)ranks * CHANNELS;

	if (all)
		all[t] = malloc(width * sizeof(float));
	MPI_Gather(band, CHANNELS, MPI_FLOAT, all ? all[t] : NULL, CHANNELS, MPI_FLOAT, 0, MPI_COMM_WORLD);
}

int main(int argc, char **argv)
{
	int rank, ranks, steps;
	float *band = malloc(CHANNELS * sizeof *band), **all = NULL;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	steps = argc > 1 ? atoi(argv[1]) : 100;
	if (rank == 0)
		all = calloc((size_t)steps, sizeof *all);
	for (int t = 0; t < steps; t++) {
		correlate(band, rank, t);
		append(all, ranks, t, band);
	}
	if (rank == 0) {
		float *column = malloc((size_t)steps * sizeof *column);
		double sum = 0;

		for (int c = 0; c < ranks * CHANNELS; c += 64) {
			for (int t = 0; t < steps; t++)
				column[t] = all[t][c];
			qsort(column, (size_t)steps, sizeof *column, ascending);
			sum += column[steps / 2];
		}
		printf("integrations %d, sum of medians %.4f\n", steps, sum);
	}
	MPI_Finalize();
	return 0;
}
