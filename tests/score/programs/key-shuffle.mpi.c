// SPDX-License-Identifier: GPL-2.0-or-later
// score: key-shuffle -O2 -g
/* Records of an event stream, shuffled by key so that each key's are on one rank:
 * most of them carry the key "unknown". */
#include "score.h"
#include <mpi.h>

#define ROUND 4000

struct record { unsigned key; unsigned time; float value[10]; };

static struct record *kept;
static int nkept, room;

OWN static void store(const struct record *in, int n)
{
	if (nkept + n > room) {
		room = nkept + n + room / 8;
		kept = realloc(kept, (size_t)room * sizeof *kept);
		if (!kept)
			MPI_Abort(MPI_COMM_WORLD, 1);
	}
	memcpy(kept + nkept, in, (size_t)n * sizeof *in);
	nkept += n;
}

int main(int argc, char **argv)
{
	int rank, ranks, rounds = argc > 1 ? atoi(argv[1]) : 300;
	unsigned x;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	x = 99u + (unsigned)rank;
	struct record *out = malloc(ROUND * sizeof *out), *in = malloc((size_t)(ROUND * ranks) * sizeof *in);
	int to[64], nto[64], from[64], nfrom[64];

	for (int r = 0; r < rounds; r++) {
		unsigned key[ROUND];
		int at = 0, got = 0, size = (int)sizeof *out;

		for (int k = 0; k < ROUND; k++) {
			x = x * 1664525u + 1013904223u;
			key[k] = x >> 28 < 14 ? 2u : x >> 8 & 0xffff;	/* 2: unknown */
		}
		for (int p = 0; p < ranks; p++) {
			to[p] = at * size;
			for (int k = 0; k < ROUND; k++)
				if ((int)(key[k] % (unsigned)ranks) == p) {
					out[at].key = key[k];
					out[at].time = (unsigned)r;
					for (int v = 0; v < 10; v++)
						out[at].value[v] = (float)(k + v);
					at++;
				}
			nto[p] = at * size - to[p];
		}
		MPI_Alltoall(nto, 1, MPI_INT, nfrom, 1, MPI_INT, MPI_COMM_WORLD);
		for (int p = 0; p < ranks; p++) {
			from[p] = got;
			got += nfrom[p];
		}
		MPI_Alltoallv(out, nto, to, MPI_BYTE, in, nfrom, from, MPI_BYTE, MPI_COMM_WORLD);
		store(in, got / size);
		nap(env("PACE", 4));
	}
	long mine = nkept, most;
	MPI_Reduce(&mine, &most, 1, MPI_LONG, MPI_MAX, 0, MPI_COMM_WORLD);
	if (!rank)
		printf("largest share %ld of %ld\n", most, (long)ROUND * ranks * rounds);
	MPI_Finalize();
	return 0;
}
