// SPDX-License-Identifier: GPL-2.0-or-later
// score: lattice-qcd -O2 -g
/* Gauge field of a sublattice per rank, then its propagators, one per spin and
 * colour: all ranks alike. */
#include "score.h"
#include <complex.h>
#include <mpi.h>

struct su3 { float complex e[9]; };

static long volume;
static int rank, ranks;

OWN static struct su3 *gauge(void)
{
	struct su3 *u = malloc((size_t)(volume * 4) * sizeof *u);

	for (long s = 0; s < volume * 4; s++)
		for (int k = 0; k < 9; k++)
			u[s].e[k] = (float)(k % 4 == 0) + 0.01f * (float)((s + k + rank) % 17);
	return u;
}

OWN static float complex *propagator(const struct su3 *u, int source)
{
	float complex *psi = malloc((size_t)volume * 12 * sizeof *psi);

	for (int sweep = 0; sweep < 3; sweep++)
		for (long s = 0; s < volume; s++)
			for (int k = 0; k < 12; k++) {
				float complex old = sweep ? psi[s * 12 + k] : (float)(k == source);
				psi[s * 12 + k] = 0.5f * old + 0.1f * u[4 * s + k / 3].e[k % 9];
			}
	return psi;
}

int main(int argc, char **argv)
{
	double mine = 0, all = 0;
	float complex *prop[12];

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	volume = env("SIZE_MB", 50) * MIB / (4 * (long)sizeof(struct su3) + 144 * (long)sizeof(float complex));
	struct su3 *u = gauge();
	for (int s = 0; s < 12; s++) {
		prop[s] = propagator(u, s);
		nap(env("PACE", 100));
		MPI_Barrier(MPI_COMM_WORLD);
	}
	for (int s = 0; s < 12; s++)
		for (long k = 0; k < volume * 12; k += 7)
			mine += crealf(prop[s][k] * conjf(prop[(s + 1) % 12][k]));
	MPI_Reduce(&mine, &all, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (!rank)
		printf("%d ranks, correlator %g\n", ranks, all);
	MPI_Finalize();
	return 0;
}
