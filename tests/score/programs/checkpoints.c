// SPDX-License-Identifier: GPL-2.0-or-later
/* A simulation that checkpoints to a RAM disk for speed; all checkpoints stay. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N 262144

static double field[N];

static int checkpoint(const char *folder, int step)
{
	char name[512];
	FILE *f;
	int bad;

	snprintf(name, sizeof(name), "%s/chk_%05d.bin", folder, step);
	f = fopen(name, "wb");
	if (!f)
		return -1;
	bad = fwrite(&step, sizeof(step), 1, f) != 1 || fwrite(field, sizeof(field[0]), N, f) != N;
	return fclose(f) || bad ? -1 : 0;
}

int main(void)
{
	const char *folder = getenv("S");
	int pace = getenv("PACE") ? atoi(getenv("PACE")) : 15;
	int steps = getenv("STEPS") ? atoi(getenv("STEPS")) : 500;

	if (!folder || (mkdir(folder, 0700) && errno != EEXIST)) {
		fprintf(stderr, "no scratch folder\n");
		return 1;
	}
	for (int step = 1; step <= steps; step++) {
		for (int i = 1; i < N; i++)
			field[i] = 0.5 * (field[i - 1] + field[i]) + 1e-3;
		if (step % 10 == 0 && checkpoint(folder, step)) {
			fprintf(stderr, "checkpoint %d: %s\n", step, strerror(errno));
			return 1;
		}
		usleep((useconds_t)pace * 1000);
	}
	printf("%d steps, %g\n", steps, field[N - 1]);
	return 0;
}
