// SPDX-License-Identifier: GPL-2.0-or-later
/* Monte Carlo: forked workers, each with its own histogram. */
#include <sys/wait.h>
#include "score.h"

int main(void)
{
	long size = env("SIZE_MB", 25), pace = env("PACE", 30), workers = env("WORKERS", 4);

	for (long w = 0; w < workers; w++) {
		if (fork())
			continue;
		double *histogram = vector(size);

		for (long i = 0; i < size; i++) {
			set(histogram + i * (MIB / 8), 1, (double)w);
			nap(pace);
		}
		for (int i = 0; i < 20; i++)
			nap(pace * 2);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	puts("done");
	return 0;
}
