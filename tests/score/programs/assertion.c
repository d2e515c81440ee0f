// SPDX-License-Identifier: GPL-2.0-or-later
/* A multigrid cycle with an assertion, which does not hold on the coarsest level. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	size_t n = (size_t)(getenv("SIZE_MB") ? atoi(getenv("SIZE_MB")) : 40) * 1048576 / 8 * 3 / 4;
	unsigned pace = getenv("PACE") ? (unsigned)atoi(getenv("PACE")) : 100;
	double *level[24];

	for (int l = 0; l < 24; l++, n /= 4) {
		level[l] = malloc((n + 1) * sizeof(double));
		assert(level[l]);
		for (size_t i = 0; i <= n; i++)
			level[l][i] = 1.0 / (double)(i + 1);
		printf("level %d: %zu unknowns\n", l, n);
		fflush(stdout);
		usleep(pace * 1000);
		assert(n >= 8);
	}
	return 0;
}
