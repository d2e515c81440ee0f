// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Maps the table, and takes its columns apart: each field is copied to a string
 * of its own so that the program can sort and edit them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 8 };

struct table {
	char **cell[COLUMNS];
	size_t rows, room;
};

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void add_row(struct table *t, const char *line, const char *end)
{
	if (t->rows == t->room) {
		t->room += 65536;
		for (int c = 0; c < COLUMNS; c++) {
			t->cell[c] = realloc(t->cell[c], t->room * sizeof(char *));
			if (!t->cell[c])
				die("realloc");
		}
	}
	for (int c = 0; c < COLUMNS; c++) {
		const char *comma = memchr(line, ',', (size_t)(end - line));

		if (!comma)
			comma = end;
		t->cell[c][t->rows] = strndup(line, (size_t)(comma - line));
		line = comma < end ? comma + 1 : end;
	}
	t->rows++;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	struct timespec pace = { 0, (getenv("PACE") ? atol(getenv("PACE")) : 5) * 1000000 };
	struct table t = { .rows = 0 };
	struct stat st;
	const char *text, *at, *end;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: %s TABLE\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		die(argv[1]);
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		die("mmap");
	end = text + st.st_size;
	for (at = text; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!newline)
			newline = end;
		add_row(&t, at, newline);
		at = newline + 1;
		if (t.rows % 2000 == 0)
			nanosleep(&pace, NULL);
	}
	qsort(t.cell[3], t.rows, sizeof(char *), by_text);
	printf("%zu rows, first station %s\n", t.rows, t.rows ? t.cell[3][0] : "-");
	return 0;
}
