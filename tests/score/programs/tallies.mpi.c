// SPDX-License-Identifier: GPL-2.0-or-later
/* Monte Carlo of a detector: after each batch the events of all ranks are
 * gathered and kept by rank 0, which fits them when all batches are done. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct event { double t, e, x, y; };

static struct event *all;
static long have, room;

__attribute__((noinline)) static int simulate(struct event *ev, int max, unsigned *seed)
{
	int n = 0;

	for (int trial = 0; trial < 4 * max; trial++) {
		double u = rand_r(seed) / (RAND_MAX + 1.0), v = rand_r(seed) / (RAND_MAX + 1.0);
		if (u * u + v * v < 0.24 && n < max) {
			struct event e = { trial, u * v, u, v };
			ev[n++] = e;
		}
	}
	return n;
}

__attribute__((noinline)) static void absorb(struct event *mine, int n, int rank, int size)
{
	int counts[64], offset[64], total = 0, bytes = n * (int)sizeof(*mine);

	MPI_Gather(&bytes, 1, MPI_INT, counts, 1, MPI_INT, 0, MPI_COMM_WORLD);
	if (rank == 0) {
		for (int i = 0; i < size; i++) {
			offset[i] = total;
			total += counts[i];
		}
		if (have + total > room) {
			room = have + total + (4 << 20);
			all = realloc(all, (size_t)room);
			if (!all)
				MPI_Abort(MPI_COMM_WORLD, 1);
		}
	}
	MPI_Gatherv(mine, bytes, MPI_BYTE, rank ? NULL : (char *)all + have, counts, offset,
		    MPI_BYTE, 0, MPI_COMM_WORLD);
	have += total;
}

int main(int argc, char **argv)
{
	int rank, size, batches = 100, max = 16000;
	struct timespec pause = { 0, 10000000 };

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (argc > 1)
		batches = atoi(argv[1]);
	unsigned seed = (unsigned)rank + 1;
	struct event *mine = malloc((size_t)max * sizeof(*mine));
	for (int b = 0; b < batches; b++) {
		absorb(mine, simulate(mine, max, &seed), rank, size);
		nanosleep(&pause, NULL);
	}
	if (rank == 0) {
		double m = 0;
		long n = have / (long)sizeof(*all);
		for (long i = 0; i < n; i++)
			m += all[i].e;
		printf("%ld events, mean %.5f\n", n, m / (double)n);
	}
	free(mine);
	MPI_Finalize();
	return 0;
}
