// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time steps with a large work array that is given back each time (with mmap:
 * it is too large for the heap), and a small record of each that is not.
 */
#include "score.h"

OWN static double solve(long mib, long step)
{
	long n = mib * MIB / 8;
	double *x = malloc((size_t)n * 8), sum = 0;

	if (!x)
		exit(1);
	for (long i = 0; i < n; i++)
		x[i] = (double)(i + step);
	for (long i = 0; i < n; i += 64)
		sum += x[i];
	free(x);
	return sum;
}

OWN static void record(double sum)
{
	double *r = vector(1);

	set(r, 1, sum);
	keep(r);
}

int main(void)
{
	long size = env("SIZE_MB", 40), pace = env("PACE", 20);

	for (long step = 0; step < 100000; step++) {
		record(solve(size, step));
		nap(pace);
	}
	return 0;
}
