/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native: a sampled page fault's addresses -> the place in the user's code.
 *
 * The place is the first frame that is the user's: not libc, the allocator, an
 * interpreter's inside or a numeric library; of those, the one just below is
 * its `via`, as "through numpy"; where there is none, its callers are, as
 * "by f < g".  Without such a frame: what a library exports that says something
 * ("dgemm_", "numpy"); then `file` is the library.  Code without symbols: its
 * address in the file, "0x1139".  Names by elfutils (libdw, libelf), from the
 * files that the process has mapped, opened as the user; hostile input, read
 * within bounds.
 */
#ifndef NAMES_NATIVE_H
#define NAMES_NATIVE_H

#include "maps.h"
#include "place.h"

#define NAMES_CHAIN_MAX 48

/* How far an address of a chain is to be believed. */
enum names_frame {
	NAMES_FRAME_LEAF,   /* where the fault was */
	NAMES_FRAME_CALLER, /* a return address by frame pointers: may be junk */
	/*
	 * A word of the stack, a return address or not: all of them from rsp
	 * on, none left out, as the code's own unwinding tables are followed.
	 */
	NAMES_FRAME_WORD,
};

struct names_chain {
	unsigned int n;
	/* When the fault was, where known; else 0.  The first word is at rsp. */
	uint64_t rsp, rbp;
	uint64_t touched;		   /* the address; 0: not known */
	uint64_t address[NAMES_CHAIN_MAX]; /* inner to outer, by kind */
	enum names_frame kind[NAMES_CHAIN_MAX];
};

/* Keeps what it has opened, within bounds.  NULL: no memory. */
struct names_native *names_native_new(void);
void names_native_free(struct names_native *native);

/* False: nothing that a user would know. */
bool names_native_place(struct names_native *native,
			const struct names_maps *maps, uint32_t pid,
			const struct names_chain *chain,
			struct names_place *place);

#endif
