// SPDX-License-Identifier: GPL-2.0-or-later
/* Particles on a ring of ranks: those that leave a domain are packed and sent to the neighbour. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

struct particle {
	double x, v;
};

static int rank, size;
static struct particle *p;
static int count, room;

__attribute__((noinline)) static struct particle *pack(int *n)
{
	struct particle *out = malloc(sizeof *out * (count / 2 + 1));
	int k = 0;

	for (int i = 0; i < count;)
		if (p[i].x >= 1 && k < count / 2) {
			out[k] = p[i];
			out[k++].x -= 1;
			p[i] = p[--count];
		} else
			i++;
	*n = k;
	return out;
}

__attribute__((noinline)) static void swap(void)
{
	int n, m, right = (rank + 1) % size, left = (rank + size - 1) % size;
	struct particle *out = pack(&n), *in;
	MPI_Request r[2];

	MPI_Isend(&n, 1, MPI_INT, right, 0, MPI_COMM_WORLD, r);
	MPI_Recv(&m, 1, MPI_INT, left, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	MPI_Isend(out, n * 2, MPI_DOUBLE, right, 1, MPI_COMM_WORLD, r + 1);
	in = malloc(sizeof *in * (m + 1));
	MPI_Recv(in, m * 2, MPI_DOUBLE, left, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	MPI_Wait(r, MPI_STATUS_IGNORE);
	MPI_Wait(r + 1, MPI_STATUS_IGNORE);
	if (count + m > room)
		p = realloc(p, sizeof *p * (room = count + m + 1000));
	memcpy(p + count, in, sizeof *in * m);
	count += m;
	free(in);
	/* out has been sent */
}

int main(int argc, char **argv)
{
	long steps = argc > 1 ? atol(argv[1]) : 4000;
	double e = 0, all, crossed = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	count = room = 160000;
	p = malloc(sizeof *p * room);
	for (int i = 0; i < count; i++) {
		p[i].x = (i + 0.5) / count;
		p[i].v = 0.9 + 0.1 * sin(i);
	}
	for (long s = 0; s < steps && crossed * size < 600e6; s++) {
		for (int i = 0; i < count; i++) {
			p[i].v += 1e-4 * sin(6.28 * p[i].x);
			p[i].x += 0.08 * p[i].v;
		}
		swap();
		crossed += 160000 * 0.07 * sizeof *p;
	}
	for (int i = 0; i < count; i++)
		e += p[i].v * p[i].v;
	MPI_Reduce(&e, &all, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (!rank)
		printf("energy %.6f\n", all);
	MPI_Finalize();
	return 0;
}
