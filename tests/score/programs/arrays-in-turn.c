// SPDX-License-Identifier: GPL-2.0-or-later
/* A flow solver: five fields, each allocated and set in turn, then time steps. */
#include "score.h"

int main(void)
{
	long size = env("SIZE_MB", 100), pace = env("PACE", 20), part = size / 5;
	double *field[5];

	for (int f = 0; f < 5; f++) {
		field[f] = vector(part);
		set(field[f], part, f);
		printf("field %d ready\n", f);
		nap(pace * 10);
	}
	for (int step = 0; step < 20; step++) {
		for (long i = 1; i < part * MIB / 8 - 1; i += 64)
			field[0][i] = 0.5 * (field[1][i - 1] + field[1][i + 1]);
		nap(pace);
	}
	puts("done");
	return 0;
}
