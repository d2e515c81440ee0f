// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ooc-matrix FILE: an "out-of-core" transposition, for matrices that do not fit
 * into memory: both are mapped from files. Where the files are is up to the user.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static double *map_matrix(const char *path, const char *suffix, size_t n)
{
	char name[4096];
	double *m;
	int fd;

	snprintf(name, sizeof(name), "%s.%s", path, suffix);
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, (off_t)(n * n * sizeof(double)))) {
		perror(name);
		exit(1);
	}
	m = mmap(NULL, n * n * sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (m == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return m;
}

__attribute__((noinline)) static void generate(double *a, size_t n, useconds_t us)
{
	for (size_t r = 0; r < n; r++) {
		for (size_t c = 0; c < n; c++)
			a[r * n + c] = 1.0 / (double)(r + c + 1);
		if (r % 64 == 0)
			usleep(us);
	}
}

__attribute__((noinline)) static void transpose(const double *a, double *b, size_t n, useconds_t us)
{
	for (size_t R = 0; R < n; R += 64) {
		for (size_t C = 0; C < n; C += 64)
			for (size_t r = R; r < R + 64 && r < n; r++)
				for (size_t c = C; c < C + 64 && c < n; c++)
					b[r * n + c] = a[c * n + r];
		usleep(us);
	}
}

int main(int argc, char **argv)
{
	const char *mb = getenv("SIZE_MB"), *pace = getenv("PACE");
	size_t n = 64, bytes = (size_t)(mb ? atoi(mb) : 120) << 20;
	useconds_t us = (useconds_t)(pace ? atoi(pace) : 60) * 1000;
	double *a, *b;

	if (argc < 2)
		return 2;
	while (2 * n * n * sizeof(double) < bytes)
		n += 8;
	a = map_matrix(argv[1], "in", n);
	b = map_matrix(argv[1], "out", n);
	generate(a, n, us);
	printf("%zu rows\n", n);
	fflush(stdout);
	transpose(a, b, n, us);
	printf("%g\n", b[n - 1]);
	return 0;
}
