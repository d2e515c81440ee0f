// SPDX-License-Identifier: GPL-2.0-or-later
/* Steady, then one table whose size was given in the wrong unit. */
#include "score.h"

OWN static char *make_table(long mib)
{
	char *table = malloc((size_t)(mib * MIB));

	if (!table)
		exit(1);
	memset(table, 1, (size_t)(mib * MIB));
	return table;
}

int main(void)
{
	long size = env("SIZE_MB", 500), pace = env("PACE", 100);
	double *v = vector(8);

	set(v, 8, 1);
	for (int i = 0; i < 20; i++) {
		v[i] += 1;
		nap(pace);
	}
	printf("table begins with %d\n", make_table(size)[0]);
	return 0;
}
