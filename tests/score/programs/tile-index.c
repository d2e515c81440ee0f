// SPDX-License-Identifier: GPL-2.0-or-later
// score: tile-index -O1 -g -fno-omit-frame-pointer
/* Index of a folder of tiles: each file is read into a record of its own, the
 * records hang on a list sorted by mean brightness. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tile {
	struct tile *next;
	double mean;
	size_t size;
	char name[64];
	unsigned char pixel[];
};

__attribute__((noinline)) static struct tile *load_tile(const char *folder, const char *name)
{
	char path[512];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		return NULL;
	struct tile *t = malloc(sizeof *t + (size_t)st.st_size);
	if (!t)
		exit(1);
	t->size = 0;
	for (ssize_t n; (n = read(fd, t->pixel + t->size, 16384)) > 0 && t->size < (size_t)st.st_size;)
		t->size += (size_t)n;
	close(fd);
	double sum = 0;
	for (size_t i = 0; i < t->size; i++)
		sum += t->pixel[i];
	t->mean = sum / (double)(t->size ? t->size : 1);
	snprintf(t->name, sizeof t->name, "%.63s", name);
	return t;
}

static void insert(struct tile **list, struct tile *t)
{
	while (*list && (*list)->mean < t->mean)
		list = &(*list)->next;
	t->next = *list;
	*list = t;
}

int main(int argc, char **argv)
{
	struct tile *list = NULL;
	int n = 0, pace = argc > 2 ? atoi(argv[2]) : 5;
	DIR *d = opendir(argc > 1 ? argv[1] : ".");

	if (!d)
		return 1;
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		struct tile *t = load_tile(argv[1], e->d_name);
		if (t) {
			insert(&list, t);
			n++;
		}
		usleep((unsigned)pace * 1000);
	}
	long hist[256] = { 0 };
	for (struct tile *t = list; t; t = t->next)
		for (size_t i = 0; i < t->size; i++)
			hist[t->pixel[i]]++;
	printf("%d tiles, darkest %s (%.3f), level 0: %ld\n", n, list ? list->name : "-",
	       list ? list->mean : 0, hist[0]);
	return 0;
}
