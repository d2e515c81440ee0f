// SPDX-License-Identifier: GPL-2.0-or-later
// score: lattice -O2 -g
/* pure gauge + a few propagators, t-slices over ranks. all ranks alike. */
#include <mpi.h>
#include "score.h"

#define NC 9 /* 3x3, real part only, we cheat */
static int L = 20, LT = 10, nsrc = 8, me, np;
static float *U[4], *prop[64];

OWN static void gauge_start(int mu, long vol)
{
	U[mu] = malloc(vol * NC * sizeof(float) * 2);
	for (long i = 0; i < vol * NC * 2; i++)
		U[mu][i] = (float)((i * 2654435761u + mu) % 1000) * 1e-3f;
}

OWN static void invert(int s, long vol)
{
	float *p = prop[s] = malloc(vol * 12 * 3 * sizeof(float)), b = 0;
	float *tmp = malloc(vol * 3 * sizeof(float)); /* CG residual, given back */

	for (long i = 0; i < vol * 3; i++)
		tmp[i] = 1.0f / (1 + i % 13);
	for (long x = 0; x < vol; x++)
		for (int c = 0; c < 36; c++)
			p[x * 36 + c] = tmp[x * 3 + c % 3] * U[c % 4][x * 18 + c % 18];
	for (int it = 0; it < 6; it++) {
		for (long i = 36; i < vol * 36; i++)
			b += p[i] * p[i - 36] * 1e-9f;
		MPI_Allreduce(MPI_IN_PLACE, &b, 1, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
	}
	sink = b;
	free(tmp);
}

int main(int argc, char **argv)
{
	long vol, pace = env("PACE", 60);

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &me);
	MPI_Comm_size(MPI_COMM_WORLD, &np);
	if (argc > 1)
		L = atoi(argv[1]);
	if (argc > 2)
		nsrc = atoi(argv[2]);
	if (nsrc > 64)
		nsrc = 64;
	vol = (long)L * L * L * LT / 2;
	for (int mu = 0; mu < 4; mu++)
		gauge_start(mu, vol);
	MPI_Barrier(MPI_COMM_WORLD);
	for (int s = 0; s < nsrc; s++) {
		invert(s, vol);
		work(pace);
		if (!me) {
			printf("source %d of %d done\n", s + 1, nsrc);
			fflush(stdout);
		}
	}
	/* contractions need all of the sources */
	double c = 0, all;
	for (int a = 0; a < nsrc; a++)
		for (long i = 0; i < vol * 36; i += 36)
			c += prop[a][i] * prop[nsrc - 1 - a][i];
	MPI_Reduce(&c, &all, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (!me)
		printf("corr %g\n", all);
	MPI_Finalize();
	return 0;
}
