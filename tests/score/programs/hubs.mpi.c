// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A web graph, partitioned by vertex. Degrees follow a power law, so the rank
 * that got the hubs holds most of the edges.
 */
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct csr {
	long nvertices, nedges;
	long *offset;
	uint64_t *target;
};

static long degree(long vertex, long first_hub, long edges)
{
	long rank = vertex - first_hub;

	if (rank < 0)
		return 4;
	return 4 + edges / 12 / (rank + 1);
}

static void load(struct csr *g, long first, long count, long first_hub, long edges, int ms)
{
	g->nvertices = count;
	g->offset = malloc((size_t)(count + 1) * sizeof(long));
	g->offset[0] = 0;
	for (long v = 0; v < count; v++)
		g->offset[v + 1] = g->offset[v] + degree(first + v, first_hub, edges);
	g->nedges = g->offset[count];
	g->target = malloc((size_t)g->nedges * sizeof(uint64_t));
	if (!g->target)
		MPI_Abort(MPI_COMM_WORLD, 2);
	for (long e = 0; e < g->nedges; e++) {
		g->target[e] = (uint64_t)e * 2654435761u;
		if (e % 200000 == 0)
			usleep((useconds_t)ms * 1000);
	}
}

int main(int argc, char **argv)
{
	long edges = (getenv("SIZE_MB") ? atol(getenv("SIZE_MB")) : 120) * 131072, each = 60000;
	int me, np, ms = getenv("PACE") ? atoi(getenv("PACE")) : 60, done = 0;
	struct csr g;
	MPI_Request r;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &me);
	MPI_Comm_size(MPI_COMM_WORLD, &np);
	load(&g, me * each, each, (np - 2) * each, edges, ms);
	printf("rank %d: %ld vertices, %ld edges\n", me, g.nvertices, g.nedges);
	fflush(stdout);
	MPI_Ibarrier(MPI_COMM_WORLD, &r);
	while (!done) {
		MPI_Test(&r, &done, MPI_STATUS_IGNORE);
		usleep(25000);
	}
	free(g.target);
	free(g.offset);
	MPI_Finalize();
	return 0;
}
