/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regions: what was touched anew was given back before.
 *
 * A page that faults in a second time has been unmapped, or trimmed off the
 * heap, meanwhile: a work array comes and goes so in each round of a loop, and
 * its faults are hundreds of times what the program grew by.  Sampled faults
 * seldom hit the same page twice; so address space is looked at in regions, of
 * the limit's 32nd part or up to twice that: when more was touched in one than it
 * has room for, the rest was there before and is no growth any more: that of who
 * touched most of it in all, as what comes and goes is touched most often.
 *
 * Samples are far apart, so that a region touched once may seem to have a bit
 * more than fits: that takes from all alike, and shares stay what they are.
 *
 * What is freed and used again without leaving the process faults once only: of
 * that nothing is known here.
 *
 * Pure.  One thread's.  No allocation.
 */
#ifndef OOM_REGIONS_H
#define OOM_REGIONS_H

#include <stdint.h>

#define OOM_REGIONS_MAX 96 /* the least recently touched one goes */

/* Who touched memory: a name that is the caller's to give. */
struct oom_toucher {
	uint32_t site, kib;
	uint64_t ip;
};

struct oom_region {
	uint64_t number;
	uint32_t pid; /* 0: a free slot */
	uint32_t turn;
	struct oom_region_part {
		struct oom_toucher by; /* kib: what is thought to be there */
		uint64_t ever_kib;     /* all that it touched; 0: nobody */
	} parts[2];		       /* the older first */
};

/* About 5 KiB; all zero: none yet. */
struct oom_regions {
	uint64_t region_kib; /* 0: not known yet */
	uint32_t turn;
	struct oom_region of[OOM_REGIONS_MAX];
};

/*
 * `by` touched so much new memory around `addr`.  Returns how many entries of
 * `back` it filled: whose growth was less than it seemed, and by how much.
 */
unsigned int oom_regions_touch(struct oom_regions *regions, uint64_t limit_kib,
			       uint32_t pid, uint64_t addr,
			       const struct oom_toucher *by,
			       struct oom_toucher back[2]);

#endif
