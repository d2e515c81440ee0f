// SPDX-License-Identifier: GPL-2.0-or-later
/* Conjugate gradients on a strip of a variable-coefficient grid for each rank. */
#include <mpi.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int rank, size;
static long nx = 512, ny, n;
static double *cw, *cs, *cd, *x, *r, *p, *q;

__attribute__((noinline)) static double *field(long cells, double base)
{
	double *a = malloc((size_t)cells * sizeof *a);
	if (!a)
		MPI_Abort(MPI_COMM_WORLD, 1);
	for (long i = 0; i < cells; i++)
		a[i] = base * (1 + 0.2 * sin(1e-3 * (double)(i + rank)));
	return a;
}

static void apply(double *in, double *out)
{
	int up = rank + 1 < size ? rank + 1 : MPI_PROC_NULL, down = rank ? rank - 1 : MPI_PROC_NULL;
	MPI_Sendrecv(in + n, (int)nx, MPI_DOUBLE, up, 1, in, (int)nx, MPI_DOUBLE, down, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	MPI_Sendrecv(in + nx, (int)nx, MPI_DOUBLE, down, 2, in + n + nx, (int)nx, MPI_DOUBLE, up, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	for (long i = nx; i < n + nx; i++)
		out[i] = cd[i] * in[i] - cs[i] * (in[i - nx] + in[i + nx]) - cw[i] * (in[i - 1] + in[i + 1]);
}

static double dot(const double *a, const double *b)
{
	double s = 0, t;
	for (long i = nx; i < n + nx; i++)
		s += a[i] * b[i];
	MPI_Allreduce(&s, &t, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
	return t;
}

int main(int argc, char **argv)
{
	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	long mb = argc > 1 ? atol(argv[1]) : 30;
	ny = mb * (1L << 20) / 7 / 8 / nx;
	n = nx * ny;
	long cells = n + 2 * nx;
	cd = field(cells, 5);
	cs = field(cells, 1);
	cw = field(cells, 0.9);
	x = field(cells, 0);
	r = field(cells, 1);
	p = field(cells, 1);
	q = field(cells, 0);
	double rho = dot(r, r);
	for (int it = 0; it < 40; it++) {
		apply(p, q);
		double alpha = rho / dot(p, q);
		for (long i = nx; i < n + nx; i++) {
			x[i] += alpha * p[i];
			r[i] -= alpha * q[i];
		}
		double next = dot(r, r), beta = next / rho;
		for (long i = nx; i < n + nx; i++)
			p[i] = r[i] + beta * p[i];
		rho = next;
	}
	if (!rank)
		printf("cg: %d strips of %ld x %ld, residual %.3e\n", size, nx, ny, sqrt(fabs(rho)));
	MPI_Finalize();
	return 0;
}
