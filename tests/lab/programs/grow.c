// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * grow MIB [SECONDS [MS]]: take MIB MiB, 1 MiB at a time with a pause of MS
 * milliseconds between, say so, keep it for SECONDS.
 */
#include "fill.h"
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long mib = argc > 1 ? atol(argv[1]) : 0;

	printf("growing to %ld MiB\n", mib);
	fflush(stdout);
	for (long i = 0; i < mib; i++) {
		fill(1);
		if (argc > 3)
			usleep((useconds_t)atol(argv[3]) * 1000);
	}
	printf("grown to %ld MiB\n", mib);
	fflush(stdout);
	if (argc > 2)
		sleep((unsigned int)atol(argv[2]));
	return 0;
}
