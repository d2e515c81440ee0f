// SPDX-License-Identifier: GPL-2.0-or-later
// score: wave-slices -O3 -fomit-frame-pointer
/* A wave on a grid; every so many steps a slice goes to a file in the folder
 * given, mapped, for the viewer that picks it up. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define N 512

static float u[N][N], v[N][N];

static void step(float c)
{
	for (int i = 1; i < N - 1; i++)
		for (int j = 1; j < N - 1; j++)
			v[i][j] += c * (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] - 4 * u[i][j]);
	for (int i = 1; i < N - 1; i++)
		for (int j = 1; j < N - 1; j++)
			u[i][j] += v[i][j];
}

__attribute__((noinline)) static int save_slice(const char *dir, int number)
{
	char name[4096];
	size_t bytes = 4 * sizeof u;	/* upsampled twofold */

	snprintf(name, sizeof name, "%s/slice-%04d.raw", dir, number);
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)bytes)) {
		perror(name);
		return 1;
	}
	float *out = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (out == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	for (int i = 0; i < 2 * N; i++)
		for (int j = 0; j < 2 * N; j++)
			out[i * 2 * N + j] = u[i / 2][j / 2];
	munmap(out, bytes);
	return 0;
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "/tmp";
	int slices = argc > 2 ? atoi(argv[2]) : 40;
	double e = 0;

	u[N / 2][N / 2] = 100;
	for (int s = 0; s < slices; s++) {
		for (int k = 0; k < 30; k++)
			step(0.2f);
		if (save_slice(dir, s))
			return 1;
	}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			e += (double)u[i][j] * u[i][j];
	printf("%d slices, energy %g\n", slices, e);
	return 0;
}
