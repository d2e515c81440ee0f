// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ewald sum: a table of the influence function over the reciprocal lattice, whose
 * size goes with the cube of the cutoff: "a bit more accurate" is 8 times as large.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct ewald {
	int cutoff;
	float *table;
	size_t points;
};

__attribute__((noinline)) static int prepare(struct ewald *e, int cutoff)
{
	int side = 2 * cutoff + 1;
	size_t at = 0;

	e->cutoff = cutoff;
	e->points = (size_t)side * (size_t)side * (size_t)side;
	e->table = calloc(e->points, sizeof(float));
	if (!e->table) {
		perror("ewald");
		return -1;
	}
	for (int x = -cutoff; x <= cutoff; x++)
		for (int y = -cutoff; y <= cutoff; y++)
			for (int z = -cutoff; z <= cutoff; z++) {
				float k2 = (float)(x * x + y * y + z * z);

				e->table[at++] = k2 > 0 ? 1 / k2 : 0;
			}
	return 0;
}

static double energy(const struct ewald *e)
{
	double sum = 0;

	for (size_t i = 0; i < e->points; i++)
		sum += (double)e->table[i];
	return sum;
}

int main(void)
{
	const char *mb = getenv("SIZE_MB"), *pace = getenv("PACE");
	long last = 8, floats = (mb ? atol(mb) : 300) * 1048576 / (long)sizeof(float);
	struct ewald e;
	int cutoffs[3];

	while (8 * last * last * last < floats)
		last++;
	cutoffs[0] = (int)last / 8;
	cutoffs[1] = (int)last / 4;
	cutoffs[2] = (int)last;
	for (int n = 0; n < 3; n++) {
		if (prepare(&e, cutoffs[n]))
			return 1;
		printf("cutoff %d: %.10g\n", cutoffs[n], energy(&e));
		fflush(stdout);
		free(e.table);
		usleep((useconds_t)(pace ? atoi(pace) : 500) * 1000);
	}
	return 0;
}
