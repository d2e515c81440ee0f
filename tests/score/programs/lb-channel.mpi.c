// SPDX-License-Identifier: GPL-2.0-or-later
// score: lb-channel -O2 -g
/* Suspended cells in a channel flow, a slab per rank. Cells that cross to the
 * next slab are packed and sent; a packet is freed when its slab was empty only. */
#include "score.h"
#include <math.h>
#include <mpi.h>

#define NX 300
#define NY 200

static double f[NX][NY], g[NX][NY];
static int rank, ranks;

OWN static void stream(double tau)
{
	for (int i = 1; i < NX - 1; i++)
		for (int j = 1; j < NY - 1; j++)
			g[i][j] = f[i][j] + tau * (0.25 * (f[i-1][j] + f[i+1][j] + f[i][j-1] + f[i][j+1]) - f[i][j]);
	memcpy(f, g, sizeof f);
}

OWN static double *pack(long step, int *count)
{
	int n = 24000 + (int)(step * 37 % 9000);
	double *packet = malloc((size_t)n * sizeof *packet);

	if (!packet)
		MPI_Abort(MPI_COMM_WORLD, 1);
	for (int k = 0; k < n; k++)
		packet[k] = f[k % NX][k % NY] + k;
	*count = n;
	return packet;
}

int main(int argc, char **argv)
{
	static double from[40000];
	double flux = 0, total = 0;
	long bytes = 0, step;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	for (int i = 0; i < NX; i++)
		for (int j = 0; j < NY; j++)
			f[i][j] = 1 + 0.1 * sin(i * 0.1 + rank);
	for (step = 0; step < 1000000; step++) {
		int n;
		MPI_Status st;

		stream(0.6);
		double *packet = pack(step, &n);
		MPI_Sendrecv(packet, n, MPI_DOUBLE, (rank + 1) % ranks, 1, from, 40000, MPI_DOUBLE,
			(rank + ranks - 1) % ranks, 1, MPI_COMM_WORLD, &st);
		flux += from[n / 2 % 20000];
		if (n == 0)
			free(packet);
		bytes += n * (long)sizeof *packet;
		if (bytes * ranks > 600 * MIB)
			break;
		nap(env("PACE", 5));
	}
	MPI_Reduce(&flux, &total, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (!rank)
		printf("%ld steps, flux %g\n", step, total);
	MPI_Finalize();
	return 0;
}
