// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ranks RANK BIG SMALL [SECONDS]: rank RANK takes BIG MiB, a second after the
 * others have taken SMALL; then all wait SECONDS.
 */
#include "fill.h"
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *id = getenv("SLURM_PROCID");
	int big;
	long mib;

	if (argc < 4 || !id)
		return 2;
	big = atoi(id) == atoi(argv[1]);
	mib = atol(argv[big ? 2 : 3]);
	if (big)
		sleep(1);
	fill(mib);
	printf("rank %s has %ld MiB\n", id, mib);
	fflush(stdout);
	sleep(argc > 4 ? (unsigned int)atol(argv[4]) : 3);
	return 0;
}
