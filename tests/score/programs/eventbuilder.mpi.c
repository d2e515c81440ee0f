// SPDX-License-Identifier: GPL-2.0-or-later
// score: eventbuilder -O2 -g
/* toy event builder: readout ranks send fragments as they come, rank 0 sorts them
 * into events (hash + chains) and writes "the histogram" when the run is over. */
#include <mpi.h>
#include "score.h"

struct frag { struct frag *next; int event, det, n; unsigned short adc[]; };
#define NB 4096
static struct frag *bucket[NB];

OWN static void store(int *msg, int n, int src)
{
	struct frag *f = malloc(sizeof *f + (size_t)n * sizeof *f->adc);

	f->event = msg[0];
	f->det = src;
	f->n = n;
	for (int i = 0; i < n; i++)
		f->adc[i] = (unsigned short)msg[1 + i % 500];
	f->next = bucket[f->event % NB];
	bucket[f->event % NB] = f;
}

OWN static void readout(int me, int nev, long pace)
{
	int msg[512];

	for (int e = 0; e < nev; e++) {
		int n = 700 + (e * 37 + me * 11) % 900;

		msg[0] = e;
		for (int i = 1; i < 512; i++)
			msg[i] = (e * i + me) & 4095;
		msg[511] = n;
		MPI_Send(msg, 512, MPI_INT, 0, 1, MPI_COMM_WORLD);
		if (e % 500 == 0)
			nap(pace);
	}
	msg[0] = -1;
	MPI_Send(msg, 512, MPI_INT, 0, 1, MPI_COMM_WORLD);
}

int main(int argc, char **argv)
{
	int me, np, open_, nev = argc > 1 ? atoi(argv[1]) : 20000;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &me);
	MPI_Comm_size(MPI_COMM_WORLD, &np);
	if (me)
		readout(me, nev, env("PACE", 50));
	else {
		int msg[512];
		long full = 0, sum = 0;
		MPI_Status st;

		for (open_ = np - 1; open_;) {
			MPI_Recv(msg, 512, MPI_INT, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, &st);
			if (msg[0] < 0)
				open_--;
			else
				store(msg, msg[511], st.MPI_SOURCE);
		}
		for (int b = 0; b < NB; b++)
			for (struct frag *f = bucket[b]; f; f = f->next, full++)
				sum += f->adc[f->n / 2];
		printf("%ld fragments, sum %ld\n", full, sum);
	}
	MPI_Finalize();
	return 0;
}
