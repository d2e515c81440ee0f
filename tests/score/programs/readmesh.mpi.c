// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mesh is read by rank 0 alone, parsed into an array of nodes, and dealt out
 * in blocks; the other ranks wait for theirs.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct node {
	double lat, lon, temp, rain, flux[4];
	char station[8];
	int id, owner;
};

static struct node *read_mesh(const char *path, long *count, int ms)
{
	FILE *f = fopen(path, "r");
	struct node *nodes = NULL;
	long n = 0, room = 0;
	char line[256];

	if (!f || !fgets(line, sizeof(line), f)) {
		perror(path);
		MPI_Abort(MPI_COMM_WORLD, 1);
		return NULL;
	}
	while (fgets(line, sizeof(line), f)) {
		char *at = line;
		struct node *p;

		if (n == room) {
			room += 100000;
			nodes = realloc(nodes, (size_t)room * sizeof(*nodes));
			if (!nodes)
				MPI_Abort(MPI_COMM_WORLD, 1);
			usleep((useconds_t)ms * 1000);
		}
		p = &nodes[n++];
		p->id = (int)strtol(at, &at, 10);
		p->lat = strtod(at + 1, &at);
		p->lon = strtod(at + 1, &at);
		memcpy(p->station, at + 1, 5);
		p->station[5] = 0;
		at = strchr(strchr(at + 1, ',') + 1, ',');
		p->temp = strtod(at + 1, &at);
		p->rain = strtod(at + 1, &at);
		p->owner = 0;
		for (int k = 0; k < 4; k++)
			p->flux[k] = p->temp * k;
	}
	fclose(f);
	*count = n;
	return nodes;
}

int main(int argc, char **argv)
{
	int rank, size, done = 0, ms = getenv("PACE") ? atoi(getenv("PACE")) : 200;
	struct node *all = NULL, *mine;
	long count = 0, part;
	MPI_Request request;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (rank == 0)
		all = read_mesh(argv[1], &count, ms);
	MPI_Ibcast(&count, 1, MPI_LONG, 0, MPI_COMM_WORLD, &request);
	while (MPI_Test(&request, &done, MPI_STATUS_IGNORE), !done)
		usleep(20000);
	part = count / size / 8;
	mine = malloc((size_t)part * sizeof(*mine));
	MPI_Scatter(all, (int)(part * (long)sizeof(*all)), MPI_BYTE, mine, (int)(part * (long)sizeof(*all)),
		    MPI_BYTE, 0, MPI_COMM_WORLD);
	printf("rank %d: %ld of %ld nodes, first %s\n", rank, part, count, mine[0].station);
	free(mine);
	free(all);
	MPI_Finalize();
	return 0;
}
