// SPDX-License-Identifier: GPL-2.0-or-later
// score: tile-median -O2
/* Median composite of all exposures in a folder: every exposure has to be there for the median. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIDE 512

struct exposure {
	unsigned char *pixel;
	size_t bytes;
	double mean;
};

static struct exposure *list;
static int count;

__attribute__((noinline)) static int load(const char *folder, const char *name)
{
	char path[4096];
	FILE *f;
	struct exposure e = { malloc(SIDE * SIDE), 0, 0 };
	size_t got;
	unsigned long sum = 0;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!(f = fopen(path, "rb")))
		return -1;
	while ((got = fread(e.pixel + e.bytes, 1, 8192, f)) > 0 && e.bytes < SIDE * SIDE - 8191)
		e.bytes += got;
	fclose(f);
	for (size_t i = 0; i < e.bytes; i++)
		sum += e.pixel[i];
	e.mean = (double)sum / (e.bytes ? e.bytes : 1);
	if (count % 16 == 0)
		list = realloc(list, (count + 16) * sizeof *list);
	list[count++] = e;
	return 0;
}

static int less(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

int main(int argc, char **argv)
{
	struct dirent *d;
	DIR *dir = opendir(argc > 1 ? argv[1] : ".");
	long ms = getenv("PACE") ? atol(getenv("PACE")) : 0;
	unsigned char column[4096];
	unsigned long sum = 0;

	if (!dir) {
		perror(argv[1]);
		return 1;
	}
	while ((d = readdir(dir)))
		if (strstr(d->d_name, ".dat")) {
			struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

			if (load(argv[1], d->d_name))
				perror(d->d_name);
			nanosleep(&t, NULL);
		}
	closedir(dir);
	for (int i = 0; i < SIDE * SIDE; i += 16) {
		for (int k = 0; k < count; k++)
			column[k] = list[k].pixel[i];
		qsort(column, count, 1, less);
		sum += column[count / 2];
	}
	printf("%d exposures, composite %.3f\n", count, sum / (SIDE * SIDE / 16.0));
	return 0;
}
