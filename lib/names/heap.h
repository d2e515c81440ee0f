/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heap: what of glibc's heap is free: its end, and large pieces before it.
 *
 * A large work array that comes and goes lies at the end of the heap: it is the
 * first to touch what new memory the heap gets, and when it is given back, small
 * things that are kept move in, without a fault.  Who touched it first is not who
 * keeps it.  Seen at any other moment, its memory is free.
 *
 * glibc (malloc/malloc.c, 2.26 to 2.41): main_arena.top points at the last chunk,
 * which is free, ends where the heap ends, and has its size in its second word
 * (bit 0: the one before is in use).  That word is in libc's data, and found
 * there by these properties: no symbol is needed.  Another allocator has none.
 *
 * Behind it, with one word between, is the table of the lists of free pieces
 * (struct malloc_state): what was just freed, and the lists of large ones, from
 * 20 KiB on.  They change while they are read: what is not as it should be ends
 * the walk.
 *
 * All of it is the process's own to forge: it can take a name from a place in
 * itself, and no more.
 */
#ifndef NAMES_HEAP_H
#define NAMES_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"

/* Of one process; all zero: not looked yet. */
struct names_heap {
	bool looked;
	uint64_t start;	  /* of [heap]; 0: none */
	uint64_t pointer; /* where main_arena.top is; 0: not found */
};

/*
 * Where the free end begins, and where it ends.  `maps` is asked at the first
 * call only.  False: not known.
 */
bool names_heap_end(struct names_heap *heap, const struct names_maps *maps,
		    int mem_fd, uint64_t *ret_top, uint64_t *ret_end);

/* In a large free piece, as far as is known; behind names_heap_end(). */
bool names_heap_is_free(const struct names_heap *heap, int mem_fd,
			uint64_t address);

#endif
