// SPDX-License-Identifier: GPL-2.0-or-later
/* Virtual screening: rank 0 hands out ligands and keeps the poses that come back, the others dock. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>

#define ATOMS 60
#define POSES 96

struct result {
	double id, score;
	double xyz[POSES][ATOMS][3];
};

struct node {
	struct result r;
	struct node *left, *right;
};

__attribute__((noinline)) static struct node *file_result(struct node *tree, const struct result *r)
{
	struct node **at = &tree;

	while (*at)
		at = r->score < (*at)->r.score ? &(*at)->left : &(*at)->right;
	*at = calloc(1, sizeof **at);
	(*at)->r = *r;
	return tree;
}

static void dock(struct result *r, int id)
{
	unsigned s = id * 2654435761u;

	r->id = id;
	r->score = 0;
	for (int p = 0; p < POSES; p++)
		for (int a = 0; a < ATOMS; a++)
			for (int k = 0; k < 3; k++) {
				s = s * 1664525u + 1013904223u;
				r->xyz[p][a][k] = (s >> 8) * 1e-6;
				r->score += sin(r->xyz[p][a][k]) / ATOMS;
			}
	for (int k = 0; k < 3000; k++)
		r->score += 1e-9 * cos(k + r->score);
}

int main(int argc, char **argv)
{
	int rank, size, ligands = argc > 1 ? atoi(argv[1]) : 1200, next = 0, busy = 0, stop = -1;
	struct result r;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (rank) {
		for (;;) {
			int id;

			MPI_Recv(&id, 1, MPI_INT, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
			if (id < 0)
				break;
			dock(&r, id);
			MPI_Send(&r, sizeof r / 8, MPI_DOUBLE, 0, 1, MPI_COMM_WORLD);
		}
	} else {
		struct node *tree = NULL;

		for (int w = 1; w < size; w++, busy++, next++)
			MPI_Send(&next, 1, MPI_INT, w, 0, MPI_COMM_WORLD);
		while (busy) {
			MPI_Status st;

			MPI_Recv(&r, sizeof r / 8, MPI_DOUBLE, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, &st);
			tree = file_result(tree, &r);
			MPI_Send(next < ligands ? &next : &stop, 1, MPI_INT, st.MPI_SOURCE, 0, MPI_COMM_WORLD);
			if (next < ligands)
				next++;
			else
				busy--;
		}
		while (tree->left)
			tree = tree->left;
		printf("%d ligands, best %.0f with %.4f\n", ligands, tree->r.id, tree->r.score);
	}
	MPI_Finalize();
	return 0;
}
