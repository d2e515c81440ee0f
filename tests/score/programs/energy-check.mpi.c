// SPDX-License-Identifier: GPL-2.0-or-later
/* Molecular dynamics with a check: a rank whose energy runs away ends the job by MPI_Abort. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

struct atom {
	double x[3], v[3], f[3];
};

static double advance(struct atom *a, int n, double dt)
{
	double e = 0;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < 3; k++) {
			a[i].f[k] = -4 * a[i].x[k] + 0.1 * a[(i + 1) % n].x[k];
			a[i].v[k] += dt * a[i].f[k];
			a[i].x[k] += dt * a[i].v[k];
			e += a[i].v[k] * a[i].v[k];
		}
	return e / n;
}

int main(int argc, char **argv)
{
	int rank, n = argc > 1 ? atoi(argv[1]) : 250000;
	double dt = argc > 2 ? atof(argv[2]) : 0.1, e = 0, all = 0;
	struct atom *a, *saved[6] = { 0 };

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	a = malloc(sizeof *a * n);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 3; k++) {
			a[i].x[k] = sin(i + k);
			a[i].v[k] = 0;
		}
	for (int step = 1; step <= 100; step++) {
		e = advance(a, n, dt);
		if (step % 10 == 0) { /* two restart points are held */
			int s = step / 10 % 2;

			saved[s] = realloc(saved[s], sizeof *a * n / 2);
			for (int i = 0; i < n / 2; i++)
				saved[s][i] = a[i];
			MPI_Allreduce(&e, &all, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
			if (!rank)
				printf("step %d energy %g\n", step, all);
			dt *= 1.3;
		}
		if (e > 1e6) {
			fprintf(stderr, "rank %d: energy %g at step %d, giving up\n", rank, e, step);
			MPI_Abort(MPI_COMM_WORLD, 3);
		}
	}
	if (!rank)
		printf("last energy %g\n", all);
	MPI_Finalize();
	return 0;
}
