// SPDX-License-Identifier: GPL-2.0-or-later
// score: sky-collect -O2 -g
/* Images of patches of the sky: computed by all the other ranks, one patch after
 * another, and sent to rank 0, which keeps them until the map is whole. */
#include "score.h"
#include <math.h>
#include <mpi.h>

#define SIDE 256

struct patch { int number; struct patch *next; float pixel[SIDE * SIDE]; };

static void render(float *pixel, int number)
{
	for (int i = 0; i < SIDE * SIDE; i++)
		pixel[i] = 0;
	for (int star = 0; star < 300; star++) {
		int x = (star * 7919 + number * 31) % SIDE, y = (star * 104729 + number * 17) % SIDE;
		for (int d = -4; d <= 4; d++)
			for (int e = -4; e <= 4; e++)
				if (x + d >= 0 && x + d < SIDE && y + e >= 0 && y + e < SIDE)
					pixel[(y + e) * SIDE + x + d] += expf(-0.3f * (float)(d * d + e * e));
	}
}

OWN static struct patch *collect(int patches)
{
	struct patch *all = NULL;

	for (int k = 0; k < patches; k++) {
		struct patch *p = malloc(sizeof *p);
		MPI_Status st;

		if (!p)
			MPI_Abort(MPI_COMM_WORLD, 1);
		MPI_Recv(p->pixel, SIDE * SIDE, MPI_FLOAT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &st);
		p->number = st.MPI_TAG;
		p->next = all;
		all = p;
	}
	return all;
}

int main(int argc, char **argv)
{
	int rank, ranks, patches = (int)env("PATCHES", 800);
	double flux = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	if (rank) {
		float *image = malloc(SIDE * SIDE * sizeof *image);
		for (int k = rank - 1; k < patches; k += ranks - 1) {
			render(image, k);
			nap(env("PACE", 5));
			MPI_Send(image, SIDE * SIDE, MPI_FLOAT, 0, k, MPI_COMM_WORLD);
		}
		free(image);
	} else {
		for (struct patch *p = collect(patches); p; p = p->next)
			for (int i = 0; i < SIDE * SIDE; i++)
				flux += p->pixel[i];
		printf("%d patches, flux %g\n", patches, flux);
	}
	MPI_Finalize();
	return 0;
}
