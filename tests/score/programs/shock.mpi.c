// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Adaptive mesh refinement without load balancing: the domain is cut in strips
 * of one width, and the shock stands in one of them.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct cell {
	double u[12];
	double x, y, h;
	struct cell *child[4];
};

static long cells;
static double shock_at;

static struct cell *new_cell(double x, double y, double h)
{
	struct cell *c = calloc(1, sizeof(*c));

	if (!c)
		MPI_Abort(MPI_COMM_WORLD, 1);
	c->x = x;
	c->y = y;
	c->h = h;
	cells++;
	return c;
}

static void refine(struct cell *c, int level, int most)
{
	if (level >= most || shock_at < c->x - 0.002 || shock_at > c->x + c->h + 0.002) {
		if (level >= 4)
			return;
	}
	if (level >= most)
		return;
	for (int k = 0; k < 4; k++) {
		if (!c->child[k])
			c->child[k] = new_cell(c->x + (k & 1) * c->h / 2, c->y + (k >> 1) * c->h / 2, c->h / 2);
		refine(c->child[k], level + 1, most);
	}
}

static void meet(void)
{
	MPI_Request r;
	int done;

	MPI_Ibarrier(MPI_COMM_WORLD, &r);
	for (MPI_Test(&r, &done, MPI_STATUS_IGNORE); !done; MPI_Test(&r, &done, MPI_STATUS_IGNORE))
		usleep(20000);
}

int main(int argc, char **argv)
{
	int rank, size, most = getenv("LEVELS") ? atoi(getenv("LEVELS")) : 11;
	int pace = getenv("PACE") ? atoi(getenv("PACE")) : 100;
	struct cell *strip[64];
	long total;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	shock_at = getenv("SHOCK") ? atof(getenv("SHOCK")) : 0.40;
	for (int k = 0; k < 64; k++)
		strip[k] = new_cell((double)rank / size, k / 64.0, 1.0 / size);
	for (int level = 4; level <= most; level++) {
		for (int k = 0; k < 64; k++) {
			refine(strip[k], 0, level);
			if (k % 4 == 0)
				usleep((useconds_t)pace * 1000 / 4);
		}
		meet();
		MPI_Allreduce(&cells, &total, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
		if (rank == 0) {
			printf("level %d: %ld cells\n", level, total);
			fflush(stdout);
		}
	}
	meet();
	MPI_Finalize();
	return 0;
}
