/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * where: the places in the code that grew, as far as enough samples agree.
 *
 * Pure: decides on what the record has (struct oom_place).  Shares are those of
 * the growth that was seen of the processes in question, that of no name
 * included.  Where a process is Python's, its lines count and nothing of the
 * interpreter's inside; where it was only seen asleep, nothing is said.  What
 * touches memory first and gives it back again has not grown (regions.h), or has
 * no name (names/heap.h).
 */
#ifndef OOM_WHERE_H
#define OOM_WHERE_H

#include "findings.h"

#define OOM_WHERE_MAX 3

/* The user's bytes, in the record's place. */
struct oom_whereabouts {
	struct oom_span function, file, via; /* may be empty, but not all */
	uint32_t line;			     /* 0: not known */
	struct oom_span memory;		     /* which kind: names/place.h */
	bool python;
	unsigned int percent;
};

struct oom_where {
	unsigned int n;				  /* 0: nothing is said */
	struct oom_whereabouts of[OOM_WHERE_MAX]; /* the most first */
};

/* Whose growth, and of which memory. */
struct oom_where_of {
	uint32_t pid;	  /* the one process that grew; 0: all of them... */
	uint32_t not_pid; /* ...but this one */
	bool shared;	  /* shared memory and files in memory, not its own */
};

/* Points into *findings. */
void oom_where(const struct oom_findings *findings, struct oom_where_of of,
	       struct oom_where *ret);

/*
 * Most of what the process grew by is one join of two tables (pandas' merge and
 * join): as many rows as pairs match, which nobody sees before.
 */
bool oom_where_joins(const struct oom_findings *findings, uint32_t pid);

#endif
