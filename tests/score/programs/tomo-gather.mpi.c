// SPDX-License-Identifier: GPL-2.0-or-later
/* Tomography: each rank back-projects its slices, rank 0 puts the volume together slab by slab. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

static void backproject(float *slice, int n, int z, int angles)
{
	for (int i = 0; i < n * n; i++)
		slice[i] = 0;
	for (int a = 0; a < angles; a++) {
		float c = cosf(a * 3.14159f / angles), s = sinf(a * 3.14159f / angles);

		for (int y = 0; y < n; y++)
			for (int x = 0; x < n; x++) {
				float t = (x - n / 2) * c + (y - n / 2) * s;

				slice[y * n + x] += 1 / (1 + t * t * 0.01f + z * 0.001f);
			}
	}
}

__attribute__((noinline)) static void assemble(float **volume, const float *parts, int n, int size, int slab)
{
	for (int r = 0; r < size; r++) {
		float *to = volume[slab * size + r] = malloc(sizeof *to * n * n);

		for (int i = 0; i < n * n; i++)
			to[i] = parts[(long)r * n * n + i];
	}
}

int main(int argc, char **argv)
{
	int rank, size, n = argc > 1 ? atoi(argv[1]) : 384, slabs = argc > 2 ? atoi(argv[2]) : 50;
	float *slice, *parts = NULL, **volume = NULL;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	slice = malloc(sizeof *slice * n * n);
	if (!rank) {
		parts = malloc(sizeof *parts * n * n * size);
		volume = malloc(sizeof *volume * slabs * size);
	}
	for (int s = 0; s < slabs; s++) {
		backproject(slice, n, s * size + rank, 6);
		MPI_Gather(slice, n * n, MPI_FLOAT, parts, n * n, MPI_FLOAT, 0, MPI_COMM_WORLD);
		if (!rank)
			assemble(volume, parts, n, size, s);
	}
	if (!rank) {
		double high = 0;

		for (int z = 1; z < slabs * size - 1; z++)
			for (int i = 0; i < n * n; i++)
				high = fmax(high, volume[z][i] - 0.5 * (volume[z - 1][i] + volume[z + 1][i]));
		printf("%d slices of %d^2, sharpest edge %.4g\n", slabs * size, n, high);
	}
	MPI_Finalize();
	return 0;
}
