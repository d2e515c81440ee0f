// SPDX-License-Identifier: GPL-2.0-or-later
/* Each step takes a big buffer and gives it back; a small part stays behind. */
#include "score.h"

OWN static char *keep_result(void)
{
	char *small = malloc(2 * MIB);

	if (!small)
		exit(1);
	memset(small, 2, 2 * MIB);
	keep(small);
	return small;
}

int main(void)
{
	long pace = env("PACE", 40), size = env("SIZE_MB", 30);
	char *big;

	for (long step = 0; step < 100000; step++) {
		big = malloc((size_t)(size * MIB));
		if (!big)
			return 1;
		memset(big, 1, (size_t)(size * MIB));
		keep(big);
		nap(pace * 4);
		free(big);
		(void)keep_result();
		nap(pace * 2);
	}
	return 0;
}
