// SPDX-License-Identifier: GPL-2.0-or-later
// score: tally-master -O2 -g
/* Monte Carlo transport: workers send blocks of scored events to rank 0, which
 * appends them to the list of all events (for a histogram by energy at the end). */
#include <mpi.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 16384

struct event {
	double energy, weight;
	float x, y;
	int cell, worker;
};

static struct event *all;
static long count, room;

__attribute__((noinline)) static void append(const struct event *e, int n)
{
	if (count + n > room) {
		room += 8 * BLOCK;
		all = realloc(all, (size_t)room * sizeof *all);
		if (!all)
			MPI_Abort(MPI_COMM_WORLD, 1);
	}
	memcpy(all + count, e, (size_t)n * sizeof *e);
	count += n;
}

static void simulate(struct event *e, int rank, int round)
{
	unsigned seed = (unsigned)(rank * 1000 + round);

	for (int i = 0; i < BLOCK; i++) {
		double u = (rand_r(&seed) + 1.0) / 2147483649.0;
		e[i] = (struct event){ -log(u), 1 / (1 + u), (float)u, (float)(u * u), (int)(u * 999), rank };
	}
}

int main(int argc, char **argv)
{
	int rank, size, rounds = argc > 1 ? atoi(argv[1]) : 60;
	static struct event block[BLOCK];

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (rank) {
		for (int r = 0; r < rounds; r++) {
			simulate(block, rank, r);
			MPI_Send(block, sizeof block, MPI_BYTE, 0, 1, MPI_COMM_WORLD);
			usleep(20000);
		}
	} else {
		for (int left = rounds * (size - 1); left; left--) {
			MPI_Recv(block, sizeof block, MPI_BYTE, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
			append(block, BLOCK);
		}
		double high = 0;
		for (long i = 0; i < count; i++)
			if (all[i].energy > 5)
				high += all[i].weight;
		printf("%ld events, above 5 MeV %.3f\n", count, high);
	}
	MPI_Finalize();
	return 0;
}
