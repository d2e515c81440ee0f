/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faults: a step's sampled page faults (growth.h), put into its record: which
 * code touched new memory, and how a process grew between two looks.
 *
 * For one thread; no locks, no allocation, nothing waits but the attaching.
 */
#ifndef OOM_FAULTS_H
#define OOM_FAULTS_H

#include "growth.h"
#include "record.h"
#include "regions.h"

/* Nothing to see for so long: detached again. */
#define OOM_FAULTS_REST_MS 30000

/*
 * A step at rest is looked at once a second; on v2 nothing tells meanwhile that
 * its usage climbs.  So one sample wakes us when about a sixteenth of what is
 * left has been touched: a guard.  Only where a second may be enough to fill
 * it, and dismissed after a few alarms for nothing (memory that comes and goes:
 * there each fault would pay for it).
 */
#define OOM_FAULTS_GUARD_KIB	(8ULL << 20)
#define OOM_FAULTS_GUARD_PARTS	16
#define OOM_FAULTS_GUARD_ALARMS 4

/* The stacks of the latest samples of sites without a name, for whoever gives
 * them one. */
#define OOM_STACKS_MAX 8

struct oom_stack {
	uint32_t pid; /* 0: a free slot */
	uint32_t turn;
	uint64_t ip, callers[OOM_SITE_CALLERS]; /* of the site */
	uint64_t stack, frame; /* registers, as in the sample */
	uint32_t n_words;
	uint64_t words[OOM_GROWTH_STACK_WORDS];
};

#define OOM_THREADS_MAX 16 /* processes whose last thread is known */

/* About 29 KiB, of which little is touched before it is attached. */
struct oom_faults {
	bool attached;
	bool guards;
	uint32_t false_alarms;
	uint64_t guarded_kib; /* the usage at the last alarm */
	uint64_t start_us;    /* the record's time 0 */
	struct oom_stack stacks[OOM_STACKS_MAX];
	uint32_t turn;
	uint64_t touched[OOM_SITES_MAX]; /* the latest, of each site */
	struct {
		uint32_t pid, tid; /* who touched new memory last */
	} threads[OOM_THREADS_MAX];
	struct oom_regions regions;
	struct oom_growth growth;
};

/*
 * An open event costs some percent of each page fault: only where the limit is
 * not far.  Half of it is in use, or it is reached within ten seconds.
 */
bool oom_faults_are_worth_it(uint64_t usage_kib, uint64_t limit_kib,
			     double kib_per_ms);

/*
 * Attaches to the cgroup v2 folder `folder_fd`, or when that is -1 to all
 * threads of the given processes, as far as there is room.  Where the kernel refuses, the record says so (faults_error).
 */
void oom_faults_attach(struct oom_faults *faults, struct oom_record *record,
		       int proc_fd, int folder_fd, const uint32_t *pids,
		       unsigned int n, uint64_t start_us, uint64_t usage_kib);

/*
 * Attaches a guard to the cgroup v2 folder; wants oom_faults_alarm() when
 * oom_faults_wake_fd() (-1: no guard) is readable.  Dense sampling takes over
 * the guard's events: oom_faults_attach() has nothing to open then.
 */
void oom_faults_guard(struct oom_faults *faults, struct oom_record *record,
		      int proc_fd, int folder_fd, const uint32_t *pids,
		      unsigned int n, uint64_t start_us, uint64_t usage_kib);
bool oom_faults_may_guard(const struct oom_faults *faults, uint64_t usage_kib,
			  uint64_t limit_kib);
int oom_faults_wake_fd(const struct oom_faults *faults);
void oom_faults_alarm(struct oom_faults *faults,
		      const struct oom_record *record, uint64_t usage_kib);

void oom_faults_detach(struct oom_faults *faults);

/*
 * Takes what came since the last drain into the record; to be called before
 * the processes are looked at.  `grown_kib`: by how much the usage grew
 * meanwhile to `usage_kib`, from which huge pages are told.
 */
void oom_faults_drain(struct oom_faults *faults, struct oom_record *record,
		      uint64_t usage_kib, uint64_t grown_kib);

/* What is known of the site's stack; NULL: nothing (any more). */
const struct oom_stack *oom_faults_stack(const struct oom_faults *faults,
					 const struct oom_site *site);

/* The thread of that process that was seen to touch new memory last; the first
 * one where none was; 0: page faults are not seen. */
uint32_t oom_faults_thread(const struct oom_faults *faults, uint32_t pid);

#endif
