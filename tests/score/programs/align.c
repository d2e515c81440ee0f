// SPDX-License-Identifier: GPL-2.0-or-later
/* One sample: its index in memory, then a while of matching. */
#include "score.h"

int main(void)
{
	long size = env("SIZE_MB", 30), pace = env("PACE", 20);
	double *index = vector(size);

	for (long i = 0; i < size; i++) {
		set(index + i * (MIB / 8), 1, 1);
		nap(pace);
	}
	for (int i = 0; i < 20; i++) {
		index[i] += 1;
		nap(pace * 2);
	}
	puts("sample done");
	return 0;
}
