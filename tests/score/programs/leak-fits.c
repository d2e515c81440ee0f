// SPDX-License-Identifier: GPL-2.0-or-later
/* Leaks SIZE_MB in all, and ends before anybody notices. */
#include "score.h"

int main(void)
{
	long size = env("SIZE_MB", 30), pace = env("PACE", 40);

	for (long i = 0; i < size; i++) {
		char *p = malloc(MIB);

		if (!p)
			return 1;
		memset(p, 1, MIB);
		keep(p);
		nap(pace);
	}
	puts("done");
	return 0;
}
