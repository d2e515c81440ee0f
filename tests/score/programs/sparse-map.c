// SPDX-License-Identifier: GPL-2.0-or-later
// score: sparse-map -O2 -g
/* Occupancy of a large voxel space by a few vessels: the space is reserved as a
 * whole (zeros cost nothing), only where vessels pass are pages touched. */
#include "score.h"
#include <math.h>
#include <sys/mman.h>

OWN static long trace_vessel(unsigned char *space, long nx, long ny, long nz, unsigned *seed)
{
	double x = (double)nx / 2, y = (double)ny / 2, a = 0;
	long set = 0;

	for (long z = 0; z < nz; z++) {
		*seed = *seed * 1103515245u + 12345u;
		a += ((double)(*seed >> 16 & 1023) / 1023 - 0.5) * 0.4;
		x += cos(a);
		y += sin(a) * 0.2;
		long i = ((long)x % nx + nx) % nx, j = ((long)y % ny + ny) % ny;
		unsigned char *c = &space[(z * ny + j) * nx + i];
		if (*c < 255)
			(*c)++;
		set++;
	}
	return set;
}

int main(int argc, char **argv)
{
	long nx = 1024, ny = 1024, nz = env("SIZE_MB", 400), total = 0, occupied = 0;
	int vessels = argc > 1 ? atoi(argv[1]) : 60;
	unsigned char *space = mmap(NULL, (size_t)(nx * ny * nz), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	unsigned seed = 4711;
	long *perslice = calloc((size_t)nz, sizeof *perslice);

	if (space == MAP_FAILED) {
		perror("voxels");
		return 1;
	}
	madvise(space, (size_t)(nx * ny * nz), MADV_NOHUGEPAGE);
	for (int v = 0; v < vessels; v++) {
		total += trace_vessel(space, nx, ny, nz, &seed);
		nap(env("PACE", 50));
	}
	/* the rows near the middle suffice: vessels do not stray far */
	for (long z = 0; z < nz; z++) {
		for (long j = ny / 2 - 8; j < ny / 2 + 8; j++)
			for (long i = 0; i < nx; i++)
				perslice[z] += space[(z * ny + j) * nx + i] != 0;
		occupied += perslice[z];
	}
	printf("%ld steps, %ld voxels near the axis\n", total, occupied);
	munmap(space, (size_t)(nx * ny * nz));
	free(perslice);
	return 0;
}
