/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grow.h"

#include <fcntl.h>
#include <stdio.h>

#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

void *volatile sink;
volatile int one = 1;

NOINLINE void by_touch(void)
{
	char *p = malloc(SIZE);

	for (size_t i = 0; i < SIZE; i += 64)
		((volatile char *)p)[i] = 1;
	sink = p;
}

NOINLINE void by_memset(void)
{
	char *p = malloc(SIZE);

	memset(p, one, SIZE);
	sink = p;
}

NOINLINE void by_memcpy(void)
{
	char *p = malloc(SIZE / 64), *q = malloc(SIZE);

	memset(p, one, SIZE / 64);
	for (size_t i = 0; i < 64; i++)
		memcpy(q + i * (SIZE / 64), p, SIZE / 64);
	sink = q;
}

NOINLINE void many_small(void)
{
	for (size_t i = 0; i < SIZE / 64; i++) {
		void **p = malloc(48);

		p[0] = sink;
		sink = p;
	}
}

NOINLINE void many_zeroed(void)
{
	for (size_t i = 0; i < SIZE / 65536; i++)
		sink = calloc(1, 65536);
}

NOINLINE void ever_larger(void)
{
	char *p = NULL;

	for (size_t i = 1; i <= SIZE / 4096; i++) {
		p = realloc(p, i * 4096);
		p[i * 4096 - 1] = 1;
	}
	sink = p;
}

NOINLINE void *xmalloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	return p;
}

NOINLINE void by_wrapper(void)
{
	for (size_t i = 0; i < SIZE / 64; i++)
		sink = xmalloc(56);
}

NOINLINE void by_strdup(void)
{
	char text[256];

	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	for (size_t i = 0; i < SIZE / 256; i++)
		sink = strdup(text);
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The C library copies into memory of its own. */
NOINLINE void by_qsort(void)
{
	int *p = malloc(SIZE);

	for (size_t i = 0; i < SIZE / sizeof(int); i++)
		p[i] = (int)(i * 7919 % 65537);
	qsort(p, SIZE / sizeof(int), sizeof(int), compare);
	sink = p;
}

/* A big frame of its own, and what was there before. */
NOINLINE void by_deep(void)
{
	char local[4096];

	for (size_t i = 0; i < SIZE / 256; i++) {
		(void)snprintf(local, sizeof(local), "%zu %*d", i, 200, one);
		sink = strdup(local);
	}
}

NOINLINE void by_pointer(void *(*allocate)(size_t))
{
	for (size_t i = 0; i < SIZE / 64; i++)
		sink = allocate(48);
}

/* The kernel touches it, for a system call. */
NOINLINE void by_read(void)
{
	char *p = malloc(SIZE);
	int fd = open("/dev/zero", O_RDONLY);

	for (size_t i = 0; i < SIZE; i += SIZE / 16)
		if (read(fd, p + i, SIZE / 16) < 0)
			abort();
	close(fd);
	sink = p;
}

NOINLINE void by_fread(void)
{
	char *p = malloc(SIZE);
	FILE *file = fopen("/dev/zero", "r");

	for (size_t i = 0; i < SIZE; i += SIZE / 16)
		if (fread(p + i, 1, SIZE / 16, file) != SIZE / 16)
			abort();
	fclose(file);
	sink = p;
}

#ifdef _OPENMP
NOINLINE void by_openmp(void)
{
	char *p = malloc(SIZE);

#pragma omp parallel for num_threads(2)
	for (size_t i = 0; i < SIZE / 4096; i++)
		memset(p + i * 4096, one, 4096);
	sink = p;
}
#endif

#ifdef LIBRARY
void in_library(void);
#endif

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	ready();
	if (!strcmp(mode, "touch"))
		by_touch();
	else if (!strcmp(mode, "memset"))
		by_memset();
	else if (!strcmp(mode, "memcpy"))
		by_memcpy();
	else if (!strcmp(mode, "malloc"))
		many_small();
	else if (!strcmp(mode, "calloc"))
		many_zeroed();
	else if (!strcmp(mode, "realloc"))
		ever_larger();
	else if (!strcmp(mode, "wrapper"))
		by_wrapper();
	else if (!strcmp(mode, "strdup"))
		by_strdup();
	else if (!strcmp(mode, "qsort"))
		by_qsort();
	else if (!strcmp(mode, "deep"))
		by_deep();
	else if (!strcmp(mode, "read"))
		by_read();
	else if (!strcmp(mode, "fread"))
		by_fread();
	else if (!strcmp(mode, "pointer"))
		by_pointer(malloc);
#ifdef _OPENMP
	else if (!strcmp(mode, "openmp"))
		by_openmp();
#endif
#ifdef LIBRARY
	else if (!strcmp(mode, "library"))
		in_library();
#endif
	done();
	return 0;
}
