// SPDX-License-Identifier: GPL-2.0-or-later
/* Tomography: all ranks reconstruct slices, the first one stacks the volume. */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#define SIDE 362			/* about 1 MiB a slice of double */
#define CELLS (SIDE * SIDE)

__attribute__((noinline)) static void reconstruct(double *s, int number)
{
	for (int i = 0; i < CELLS; i++)
		s[i] = 0;
	for (int angle = 0; angle < 24; angle++) {
		double c = cos(angle * 0.13), d = sin(angle * 0.13 + number);
		for (int y = 0; y < SIDE; y++)
			for (int x = 0; x < SIDE; x++)
				s[y * SIDE + x] += c * x + d * y;
	}
}

__attribute__((noinline)) static double *receive_slice(int *number)
{
	double *s = malloc(CELLS * sizeof(*s));
	MPI_Status st;

	if (!s)
		MPI_Abort(MPI_COMM_WORLD, 1);
	MPI_Recv(s, CELLS, MPI_DOUBLE, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &st);
	*number = st.MPI_TAG;
	return s;
}

int main(int argc, char **argv)
{
	int rank, size, slices;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	slices = argc > 1 ? atoi(argv[1]) : 150;
	if (rank == 0) {
		double **volume = calloc((size_t)slices, sizeof(*volume)), sum = 0;
		for (int k = 0; k < slices; k++) {
			int number;
			double *s = receive_slice(&number);
			volume[number] = s;
		}
		for (int k = 1; k < slices; k++)
			for (int i = 0; i < CELLS; i += 7)
				sum += fabs(volume[k][i] - volume[k - 1][i]);
		printf("volume of %d slices, roughness %g\n", slices, sum);
	} else {
		double *mine = malloc(CELLS * sizeof(*mine));
		for (int k = rank - 1; k < slices; k += size - 1) {
			reconstruct(mine, k);
			MPI_Ssend(mine, CELLS, MPI_DOUBLE, 0, k, MPI_COMM_WORLD);
		}
		free(mine);
	}
	MPI_Finalize();
	return 0;
}
