/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * places: where in their code the step's processes grow.  Asks the naming
 * program (namer.h) at moments of growth, and puts its answers into the record.
 *
 * Two ways.  A Python process is looked at by the program at a few dozen such
 * moments, each time it touches new memory where page faults can be had: what it
 * grew by since the last one counts for the line that it is at, until that memory
 * is seen to be given back.  Native code shows in sampled page faults (faults.h):
 * the program names the sites and the kind of memory that they touch, and each
 * sample counts for its site.
 *
 * A process grows by memory of its own; by shared memory and files in memory that
 * it maps; or by such files that it writes, which no page fault tells.
 *
 * The program is started when somebody is seen to grow near the limit
 * (oom_faults_are_worth_it()), and not before: a step that stays far from its
 * limit has nothing of this.  Nothing here waits, but for a fork at the start
 * and, at the end of a step that lost a process, a moment for the last answers.
 *
 * For the recorder's thread; no locks, no allocation, no logging.
 */
#ifndef OOM_PLACES_H
#define OOM_PLACES_H

#include "faults.h"
#include "namer.h"
#include "record.h"

#define OOM_PLACES_LOOKS   96 /* at processes, in all... */
#define OOM_PLACES_EARLY   64 /* ...and of them before the last eighth */
#define OOM_PLACES_DUE	   4  /* names asked for at one time */
#define OOM_PLACES_WATCHES 96 /* at what was touched, in all */
#define OOM_PLACES_WAIT_MS \
	30 /* at the end, for names; a join waits somewhat longer */

struct oom_places_grower {
	uint32_t pid; /* 0: a free slot */
	enum { OOM_GROWER_NEW, OOM_GROWER_NATIVE, OOM_GROWER_PYTHON } is;
	bool looked; /* the program has its mappings */
	bool asked;  /* a look that is not answered yet */
	uint32_t skip;
	/* At the last moment, in all. */
	uint64_t anon_kib, shared_kib, shmem_kib, written_kib;
	uint64_t grown_kib[OOM_GROWN_KINDS]; /* since the last look */
	uint64_t asked_kib; /* grown before the look that is under way */
	uint64_t first_kib, first_faults, faults; /* when it came; now */
	uint64_t looked_faults;			  /* at the last look */
	uint32_t asked_ms;			  /* the last look */
};

struct oom_places {
	/* Set by the owner, and stay its own; program_fd is not used. */
	const char *const *programs; /* the first that is there; NULL ends */
	struct oom_namer_spec spec;

	/* The rest is for nobody else; all zero at first. */
	bool tried, runs;
	struct oom_namer namer;
	uint64_t usage_kib; /* at the last moment of growth... */
	uint32_t at_ms;	    /* ...and when that was */
	uint64_t shmem_kib; /* then */
	int64_t files_kib; /* of it, put down to nobody; or to who maps it, while
			     * it was not counted yet */
	bool begun;	   /* it has been called */
	uint32_t idle;	   /* moments since one at which a process had grown */
	uint32_t looks;
	struct oom_places_grower growers[OOM_TRACKS_MAX];
	struct {
		uint32_t pid;
		uint64_t ip, callers[OOM_SITE_CALLERS];
	} due[OOM_PLACES_DUE]; /* in the order in which they were asked for */
	uint32_t n_due;
	uint64_t watched[OOM_SITES_MAX]; /* of each site: what was asked last */
	uint32_t watches;
};

/* What the recorder sees right now. */
struct oom_places_view {
	int proc_fd;
	const struct oom_proc *procs; /* of its last close look, by size */
	unsigned int n;
	uint64_t usage_kib, limit_kib;
	uint64_t shmem_kib; /* of the step: files in memory, shared memory */
	uint32_t at_ms;
	bool worth; /* oom_faults_are_worth_it() */
};

/* At each look of the recorder, behind oom_faults_drain(). */
void oom_places_follow(struct oom_places *places, struct oom_record *record,
		       const struct oom_faults *faults,
		       const struct oom_places_view *view);

/* Takes the last answers and ends the program.  Fine on all zero, and twice. */
void oom_places_end(struct oom_places *places, struct oom_record *record);

#endif
