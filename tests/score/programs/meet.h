// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * meet(): a barrier that sleeps while it waits. MPI's own polls, and eight
 * ranks that poll are slow on the guest's only CPU; so all collective calls come
 * right after one of these.
 */
#include <mpi.h>
#include "score.h"

static inline void meet(void)
{
	MPI_Request all;
	int done = 0;

	MPI_Ibarrier(MPI_COMM_WORLD, &all);
	for (;;) {
		MPI_Test(&all, &done, MPI_STATUS_IGNORE);
		if (done)
			break;
		nap(30);
	}
}
