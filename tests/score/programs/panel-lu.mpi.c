// SPDX-License-Identifier: GPL-2.0-or-later
/* LU without pivoting, columns dealt to the ranks in panels; each rank makes its panels one by one. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

#define NB 32

static int rank, size;

__attribute__((noinline)) static double *make_panel(int n, int first)
{
	double *a = malloc(sizeof *a * n * NB);

	for (int j = 0; j < NB; j++)
		for (int i = 0; i < n; i++)
			a[(long)j * n + i] = i == first + j ? n : cos(0.01 * i * (first + j));
	return a;
}

__attribute__((noinline)) static void update(double *a, const double *l, int n, int row)
{
	for (int j = 0; j < NB; j++) {
		double f = a[(long)j * n + row];

		for (int i = row + 1; i < n; i++)
			a[(long)j * n + i] -= l[i] * f;
	}
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 4096, panels, mine = 0, steps = argc > 2 ? atoi(argv[2]) : 40;
	double **a, *l, trace = 0, all;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	panels = n / NB;
	a = calloc(panels, sizeof *a);
	l = malloc(sizeof *l * n);
	for (int p = rank; p < panels; p += size, mine++)
		a[p] = make_panel(n, p * NB);
	if (!rank)
		printf("matrix of %d made, %d panels here\n", n, mine);
	for (int k = 0; k < steps; k++) {
		int p = k / NB;

		if (p % size == rank)
			for (int i = k; i < n; i++)
				l[i] = i == k ? 1 : a[p][(long)(k % NB) * n + i] / a[p][(long)(k % NB) * n + k];
		MPI_Bcast(l, n, MPI_DOUBLE, p % size, MPI_COMM_WORLD);
		for (int q = p + 1; q < panels; q++)
			if (a[q])
				update(a[q], l, n, k);
	}
	for (int p = rank; p < panels; p += size)
		trace += a[p][p * NB];
	MPI_Reduce(&trace, &all, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (!rank)
		printf("after %d columns: %.6e\n", steps, all);
	MPI_Finalize();
	return 0;
}
