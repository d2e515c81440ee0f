// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Contacts between grains. All ranks search their own; the list of all of them is
 * gathered on rank 0, batch by batch, which builds the matrix and solves alone.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct contact {
	int a, b;
	double gap, normal[3];
};

static void rest(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* all there? (sleeps, as the ranks share a CPU) */
static void rendezvous(void)
{
	MPI_Request r;
	int flag = 0;

	MPI_Ibarrier(MPI_COMM_WORLD, &r);
	while (MPI_Test(&r, &flag, MPI_STATUS_IGNORE), !flag)
		rest(25);
}

static int search(struct contact *out, int room, int rank, int batch)
{
	int found = room / 2 + (rank * 7919 + batch * 104729) % (room / 2);

	for (int i = 0; i < found; i++)
		out[i] = (struct contact){ i, i + rank + 1, 1e-3 * i, { 1, 0, (double)batch } };
	return found;
}

__attribute__((noinline)) static double solve(const struct contact *all, long n)
{
	double *force = malloc((size_t)n * sizeof(*force)), sum = 0;

	for (long i = 0; i < n; i++)
		force[i] = all[i].gap * all[i].normal[0];
	for (long i = 0; i < n; i++)
		sum += force[i];
	free(force);
	return sum;
}

int main(int argc, char **argv)
{
	const char *mb = getenv("SIZE_MB"), *pace = getenv("PACE");
	enum { ROOM = 16384 };
	struct contact *mine, *all = NULL;
	int rank, size, batches, *counts = NULL, *at = NULL;
	long total = 0;
	MPI_Datatype type;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	MPI_Type_contiguous(sizeof(struct contact), MPI_BYTE, &type);
	MPI_Type_commit(&type);
	mine = malloc(ROOM * sizeof(*mine));
	counts = malloc((size_t)size * sizeof(*counts));
	at = malloc((size_t)size * sizeof(*at));
	batches = (int)((mb ? atol(mb) : 120) * 1048576 / ((long)size * ROOM * 3 / 4 * (long)sizeof(*mine)));
	for (int b = 0; b < batches; b++) {
		int found = search(mine, ROOM, rank, b), more = 0;

		rest(pace ? atol(pace) : 100);
		rendezvous();
		MPI_Gather(&found, 1, MPI_INT, counts, 1, MPI_INT, 0, MPI_COMM_WORLD);
		if (rank == 0) {
			for (int r = 0; r < size; r++) {
				at[r] = more;
				more += counts[r];
			}
			all = realloc(all, (size_t)(total + more) * sizeof(*all));
			if (!all)
				MPI_Abort(MPI_COMM_WORLD, 1);
		}
		MPI_Gatherv(mine, found, type, all + total, counts, at, type, 0, MPI_COMM_WORLD);
		total += more;
	}
	if (rank == 0)
		printf("%ld contacts, %g\n", total, solve(all, total));
	rendezvous();
	MPI_Finalize();
	return 0;
}
