/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maps: the mappings of a process, from its /proc/PID/maps (proc_pid_maps(5)).
 *
 * The user's bytes: bounded, and a line that is none is left out.
 */
#ifndef NAMES_MAPS_H
#define NAMES_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAMES_MAPS_MAX 4096 /* of more, the first */

struct names_mapping {
	uint64_t start, end; /* [start, end) */
	uint64_t offset;     /* into the file */
	uint64_t inode;	     /* 0: no file */
	uint32_t major, minor;
	bool readable, writable, executable, shared;
	const char *path; /* "" for none; in `text` of the struct below */
};

/* What kind of memory a page that is touched there becomes. */
enum names_mapping_kind {
	NAMES_MAPPING_UNKNOWN,
	NAMES_MAPPING_HEAP,
	NAMES_MAPPING_ANONYMOUS,
	NAMES_MAPPING_FILE,
	NAMES_MAPPING_SHARED,
	NAMES_MAPPING_STACK, /* of the first thread: others' are anonymous */
};

/* All zero: none.  Owns its memory; names_maps_free() is fine on all zero. */
struct names_maps {
	struct names_mapping *list; /* by address */
	size_t n;
	char *text;
};

/* Reads from the start of `fd`, 1 MiB at most.  0 or -errno; frees the old. */
int names_maps_read(struct names_maps *maps, int fd);

/* The same from a text.  0 or -ENOMEM. */
int names_maps_parse(struct names_maps *maps, const char *text, size_t len);

void names_maps_free(struct names_maps *maps);

/* The mapping that holds the address, or NULL. */
const struct names_mapping *names_maps_find(const struct names_maps *maps,
					    uint64_t address);

/*
 * By the mapping's own words (proc_pid_maps(5)).  A shared file is a FILE, also
 * where its file system is a tmpfs elsewhere than /dev/shm: see mounts.h.
 */
enum names_mapping_kind names_mapping_kind(const struct names_mapping *mapping);

#endif
