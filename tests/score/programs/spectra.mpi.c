// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Task farming: the workers compute spectra and send each to the master, which
 * keeps all of them, to write one sorted file in the end.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { POINTS = 65536, TAG_SPECTRUM = 7 };

static void worker(int rank, int spectra, useconds_t us)
{
	double *s = malloc(POINTS * sizeof(*s));

	for (int n = 0; n < spectra; n++) {
		for (int i = 0; i < POINTS; i++)
			s[i] = rank + n / (1.0 + i);
		MPI_Send(s, POINTS, MPI_DOUBLE, 0, TAG_SPECTRUM, MPI_COMM_WORLD);
		usleep(us);
	}
	free(s);
}

static void master(int expected)
{
	double **all = calloc((size_t)expected, sizeof(*all)), top = 0;

	for (int got = 0; got < expected;) {
		MPI_Status st;
		int ready;

		MPI_Iprobe(MPI_ANY_SOURCE, TAG_SPECTRUM, MPI_COMM_WORLD, &ready, &st);
		if (!ready) {
			usleep(5000);
			continue;
		}
		all[got] = malloc(POINTS * sizeof(double));
		MPI_Recv(all[got], POINTS, MPI_DOUBLE, st.MPI_SOURCE, TAG_SPECTRUM, MPI_COMM_WORLD, &st);
		got++;
	}
	for (int n = 0; n < expected; n++) {
		if (all[n][0] > top)
			top = all[n][0];
		free(all[n]);
	}
	printf("%d spectra, highest %.1f\n", expected, top);
	free(all);
}

int main(int argc, char **argv)
{
	int rank, size, spectra = getenv("SPECTRA") ? atoi(getenv("SPECTRA")) : 120;
	int pace = getenv("PACE") ? atoi(getenv("PACE")) : 50;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (rank == 0)
		master(spectra * (size - 1));
	else
		worker(rank, spectra, (useconds_t)pace * 1000);
	MPI_Finalize();
	return 0;
}
