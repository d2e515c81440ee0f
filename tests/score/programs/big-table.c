// SPDX-License-Identifier: GPL-2.0-or-later
/* Steady, then one table whose size was given in the wrong unit. */
#include "score.h"

int main(void)
{
	long size = env("SIZE_MB", 500), pace = env("PACE", 100);
	double *v = vector(8);
	char *table;

	set(v, 8, 1);
	for (int i = 0; i < 20; i++) {
		v[i] += 1;
		nap(pace);
	}
	table = malloc((size_t)(size * MIB));
	if (!table)
		return 1;
	memset(table, 1, (size_t)(size * MIB));
	puts("table ready");
	return 0;
}
