// SPDX-License-Identifier: GPL-2.0-or-later
#include "maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX (1UL << 20)

void names_maps_free(struct names_maps *maps)
{
	free(maps->list);
	free(maps->text);
	memset(maps, 0, sizeof(*maps));
}

/* "START-END rwxp OFFSET MAJOR:MINOR INODE   PATH" */
static bool parse_line(char *line, struct names_mapping *m)
{
	unsigned long long start, end, offset, inode;
	unsigned int major, minor;
	char perms[5];
	int path = 0;

	memset(m, 0, sizeof(*m));
	if (sscanf(line, "%16llx-%16llx %4s %16llx %8x:%8x %20llu %n", &start,
		   &end, perms, &offset, &major, &minor, &inode, &path) < 7 ||
	    start >= end || strlen(perms) != 4)
		return false;
	m->start = start;
	m->end = end;
	m->offset = offset;
	m->inode = inode;
	m->major = major;
	m->minor = minor;
	m->readable = perms[0] == 'r';
	m->writable = perms[1] == 'w';
	m->executable = perms[2] == 'x';
	m->shared = perms[3] == 's';
	m->path = path ? line + path : "";
	return true;
}

/* Takes over `text`, which has a NUL behind its `len` bytes. */
static int parse(struct names_maps *maps, char *text, size_t len)
{
	char *line = text, *end;

	names_maps_free(maps);
	maps->text = text;
	maps->list = calloc(NAMES_MAPS_MAX, sizeof(*maps->list));
	if (!maps->list) {
		names_maps_free(maps);
		return -ENOMEM;
	}
	while (maps->n < NAMES_MAPS_MAX &&
	       (end = memchr(line, '\n', len - (size_t)(line - text)))) {
		struct names_mapping *m = &maps->list[maps->n];

		*end = '\0';
		/* In order, as the search relies on it. */
		if (parse_line(line, m) && (!maps->n || m->start >= m[-1].end))
			maps->n++;
		line = end + 1;
	}
	return 0;
}

int names_maps_parse(struct names_maps *maps, const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return parse(maps, copy, len);
}

int names_maps_read(struct names_maps *maps, int fd)
{
	char *text = malloc(TEXT_MAX + 1);
	size_t len = 0;
	ssize_t got = 0;

	if (!text)
		return -ENOMEM;
	while (len < TEXT_MAX &&
	       (got = pread(fd, text + len, TEXT_MAX - len, (off_t)len)) > 0)
		len += (size_t)got;
	if (got < 0) {
		int rc = -errno;

		free(text);
		return rc;
	}
	text[len] = '\0';
	return parse(maps, text, len);
}

const struct names_mapping *names_maps_find(const struct names_maps *maps,
					    uint64_t address)
{
	size_t low = 0, high = maps->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (maps->list[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < maps->n && maps->list[low].start <= address
		       ? &maps->list[low]
		       : NULL;
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

enum names_mapping_kind names_mapping_kind(const struct names_mapping *m)
{
	/* Of the kernel's own tmpfs, which is mounted nowhere: mmap(2)'s
	 * MAP_SHARED | MAP_ANONYMOUS, memfd_create(2), shmget(2). */
	static const char *const shared[] = { "/dev/shm/", "/dev/zero",
					      "/memfd:", "/SYSV",
					      "[anon_shmem:" };

	if (!strcmp(m->path, "[heap]"))
		return NAMES_MAPPING_HEAP;
	if (starts(m->path, "[stack"))
		return NAMES_MAPPING_STACK;
	if (m->shared) {
		for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
			if (starts(m->path, shared[i]))
				return NAMES_MAPPING_SHARED;
		return NAMES_MAPPING_FILE;
	}
	/* What is written to a private mapping of a file is the process's. */
	return !m->inode || m->writable ? NAMES_MAPPING_ANONYMOUS
					: NAMES_MAPPING_FILE;
}
