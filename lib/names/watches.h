/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watches: memory that was touched, to be looked at again soon and later: who
 * touched it first need not keep it.
 *
 * Two kinds.  A native site touches again and again, and what it touched last is
 * looked at: found free often, the site is no place that keeps.  What a Python
 * line touched is looked at by itself, as a line may do both.
 *
 * Pure but for the caller's clock; a list of fixed size, one thread's.
 */
#ifndef NAMES_WATCHES_H
#define NAMES_WATCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "place.h"

#define NAMES_WATCHES_MAX 32
#define NAMES_WATCH_FREE  3 /* so often seen free, it comes and goes... */
#define NAMES_WATCH_GONE  2 /* ...what one look saw touched, so often */

/* What an address is right now. */
enum names_memory_is {
	NAMES_MEMORY_KEPT,
	NAMES_MEMORY_FREE,     /* in the heap, and free */
	NAMES_MEMORY_UNMAPPED, /* not the process's any more */
	NAMES_MEMORY_UNKNOWN,  /* the process is gone */
};

struct names_watch {
	uint32_t pid; /* 0: a free slot */
	unsigned int checks, free, unmapped;
	uint64_t site;		     /* native: the asker's number */
	char place[NAMES_PLACE_LEN]; /* Python: names_place_text() */
	uint64_t address, due_us;
};

/* All zero: none. */
struct names_watches {
	struct names_watch of[NAMES_WATCHES_MAX];
};

/* `site` has touched `address`. */
void names_watches_site(struct names_watches *watches, uint32_t pid,
			uint64_t site, uint64_t address, uint64_t now_us);

/* The line `place` has. */
void names_watches_place(struct names_watches *watches, uint32_t pid,
			 const char *place, uint64_t address, uint64_t now_us);

/* When the next one is due; UINT64_MAX: there is none. */
uint64_t names_watches_due(const struct names_watches *watches);

/* One that is due by now; NULL: none. */
struct names_watch *names_watches_next(struct names_watches *watches,
				       uint64_t now_us);

/*
 * It was looked at.  True: enough was seen, *ret says what, and it is watched no
 * more.
 */
bool names_watches_seen(struct names_watch *watch, enum names_memory_is is,
			uint64_t now_us, struct names_watch *ret);

#endif
