// SPDX-License-Identifier: GPL-2.0-or-later
#include "faults.h"

#include <errno.h>
#include <string.h>

#include "clock.h"

enum {
	PAGE_KIB = 4,
	HUGE_KIB = 2048,
	PIDS_MAX = 32,
	TIDS_MAX = 256,
	/*
	 * So many samples of what is left to the limit, between these periods;
	 * the latest of each look.  A ring has room for 7, and a look comes
	 * before an eighth of the way is done (recorder.c).
	 */
	SAMPLES = 64,
	SAMPLE_BYTES = 450,
	PERIOD_LEAST = 16,
	PERIOD_MOST = 4096,
	A_LOOK = 64,
	/* So many times fewer than the usage says, while it moved by this part
	 * of the limit: huge pages. */
	FEW = 8,
	GROWN_PARTS = 40,
	LATE_PARTS = 4, /* of the limit: the last one is late */
	/* Worth it: from this part of the limit on, when it is so near... */
	FROM_PARTS = 4,
	AHEAD_MS = 10000,
	/* ...and from this one on in any case. */
	SURE_PARTS = 2,
};

static uint64_t more(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

bool oom_faults_are_worth_it(uint64_t usage, uint64_t limit, double kib_per_ms)
{
	if (usage >= limit / SURE_PARTS)
		return true;
	return usage >= limit / FROM_PARTS &&
	       kib_per_ms * AHEAD_MS > (double)more(limit, usage);
}

static uint64_t dense_period(const struct oom_record *record, uint64_t usage)
{
	uint64_t period = more(record->limit_kib, usage) / PAGE_KIB / SAMPLES;

	if (period < PERIOD_LEAST)
		return PERIOD_LEAST;
	return period < PERIOD_MOST ? period : PERIOD_MOST;
}

/* A fault of `page_kib` is one for each so many KiB. */
static uint64_t guard_period(const struct oom_record *record, uint64_t usage,
			     uint64_t page_kib)
{
	uint64_t period = more(record->limit_kib, usage) / page_kib /
			  OOM_FAULTS_GUARD_PARTS;

	return period ? period : 1;
}

/* Of each process at least its first, and as many as there may be events. */
static unsigned int list_threads(int proc_fd, const uint32_t *pids,
				 unsigned int n, pid_t tids[TIDS_MAX],
				 struct oom_growth_cpus *cpus)
{
	unsigned int found = 0, most, n_cpus = 0;

	for (unsigned int i = 0; i < n; i++)
		(void)oom_growth_add_cpus((pid_t)pids[i], cpus);
	for (size_t i = 0; i < sizeof(cpus->bits) / sizeof(cpus->bits[0]); i++)
		n_cpus += (unsigned int)__builtin_popcountl(cpus->bits[i]);
	most = n_cpus ? OOM_GROWTH_EVENTS_MAX / n_cpus : 0;
	if (most > TIDS_MAX)
		most = TIDS_MAX;
	for (unsigned int i = 0; i < n && found < most; i++) {
		unsigned int left = n - i - 1,
			     room = most - found > left ? most - found - left
							: 1;

		found += oom_proc_threads(proc_fd, pids[i], &tids[found], room);
	}
	return found;
}

static int attach(struct oom_faults *faults, struct oom_record *record,
		  int proc_fd, int folder_fd, const uint32_t *pids,
		  unsigned int n, uint64_t start_us,
		  const struct oom_growth_options *options)
{
	struct oom_growth_cpus cpus = { { 0 } };
	uint64_t now_us = oom_now_us();
	pid_t tids[TIDS_MAX];
	int rc;

	if (n > PIDS_MAX)
		n = PIDS_MAX;
	if (folder_fd >= 0) {
		for (unsigned int i = 0; i < n; i++)
			(void)oom_growth_add_cpus((pid_t)pids[i], &cpus);
		rc = oom_growth_open_cgroup(&faults->growth, folder_fd, &cpus,
					    options);
	} else {
		n = list_threads(proc_fd, pids, n, tids, &cpus);
		rc = n ? oom_growth_open_tasks(&faults->growth, tids, n, &cpus,
					       options)
		       : -ESRCH;
	}
	record->faults_error = rc;
	if (rc)
		return rc;
	faults->attached = true;
	faults->start_us = start_us;
	if (!record->faults_since_ms)
		record->faults_since_ms =
			oom_u32(more(now_us, start_us) / 1000 + 1);
	return 0;
}

void oom_faults_attach(struct oom_faults *faults, struct oom_record *record,
		       int proc_fd, int folder_fd, const uint32_t *pids,
		       unsigned int n, uint64_t start_us, uint64_t usage_kib)
{
	struct oom_growth_options options = {
		.period = dense_period(record, usage_kib),
	};

	if (!faults->attached)
		(void)attach(faults, record, proc_fd, folder_fd, pids, n,
			     start_us, &options);
	else if (faults->guards)
		(void)oom_growth_set_period(&faults->growth, options.period);
	faults->guards = false;
}

bool oom_faults_may_guard(const struct oom_faults *faults, uint64_t usage_kib,
			  uint64_t limit_kib)
{
	return !faults->attached &&
	       faults->false_alarms < OOM_FAULTS_GUARD_ALARMS &&
	       more(limit_kib, usage_kib) <= OOM_FAULTS_GUARD_KIB;
}

void oom_faults_guard(struct oom_faults *faults, struct oom_record *record,
		      int proc_fd, int folder_fd, const uint32_t *pids,
		      unsigned int n, uint64_t start_us, uint64_t usage_kib)
{
	/* As if all pages were huge: the first alarms tell whether they are. */
	struct oom_growth_options options = {
		.period = guard_period(record, usage_kib, HUGE_KIB),
		.wakeup_samples = 1,
	};

	if (attach(faults, record, proc_fd, folder_fd, pids, n, start_us,
		   &options))
		return;
	faults->guards = true;
	faults->guarded_kib = usage_kib;
}

int oom_faults_wake_fd(const struct oom_faults *faults)
{
	return faults->guards ? oom_growth_wake_fd(&faults->growth) : -1;
}

void oom_faults_alarm(struct oom_faults *faults,
		      const struct oom_record *record, uint64_t usage_kib)
{
	uint64_t period = faults->growth.period * FEW,
		 most = guard_period(record, usage_kib, PAGE_KIB),
		 worth = more(record->limit_kib, faults->guarded_kib) /
			 OOM_FAULTS_GUARD_PARTS / 2;

	if (!faults->guards)
		return;
	if (usage_kib > faults->guarded_kib + worth) {
		faults->guarded_kib = usage_kib;
		faults->false_alarms = 0;
	} else if (++faults->false_alarms >= OOM_FAULTS_GUARD_ALARMS) {
		oom_faults_detach(faults);
	} else {
		(void)oom_growth_set_period(&faults->growth,
					    period < most ? period : most);
	}
}

void oom_faults_detach(struct oom_faults *faults)
{
	if (faults->attached)
		oom_growth_close(&faults->growth);
	faults->attached = faults->guards = false;
}

uint32_t oom_faults_thread(const struct oom_faults *faults, uint32_t pid)
{
	if (!faults->attached)
		return 0;
	return faults->threads[pid % OOM_THREADS_MAX].pid == pid
		       ? faults->threads[pid % OOM_THREADS_MAX].tid
		       : pid;
}

static bool is_of(const struct oom_stack *stack, const struct oom_site *site)
{
	return stack->pid == site->pid && stack->ip == site->ip &&
	       !memcmp(stack->callers, site->callers, sizeof(stack->callers));
}

const struct oom_stack *oom_faults_stack(const struct oom_faults *faults,
					 const struct oom_site *site)
{
	for (unsigned int i = 0; i < OOM_STACKS_MAX; i++)
		if (is_of(&faults->stacks[i], site))
			return &faults->stacks[i];
	return NULL;
}

static void keep_stack(struct oom_faults *faults, const struct oom_site *site,
		       const struct oom_growth_sample *s)
{
	struct oom_stack *slot = &faults->stacks[0];

	for (unsigned int i = 0; i < OOM_STACKS_MAX; i++) {
		struct oom_stack *stack = &faults->stacks[i];

		if (is_of(stack, site)) {
			slot = stack;
			break;
		}
		if (stack->turn < slot->turn)
			slot = stack;
	}
	slot->pid = site->pid;
	slot->turn = ++faults->turn;
	slot->ip = site->ip;
	memcpy(slot->callers, site->callers, sizeof(slot->callers));
	slot->stack = s->stack;
	slot->frame = s->frame;
	slot->n_words = s->n_words;
	memcpy(slot->words, s->words, s->n_words * sizeof(s->words[0]));
}

/* Who touched this before, and has given it back since, grew less. */
static void give_back(struct oom_faults *faults, struct oom_record *record,
		      const struct oom_growth_sample *s,
		      const struct oom_site *site, uint32_t kib)
{
	const struct oom_toucher by = {
		.site = (uint32_t)(site - record->sites),
		.kib = kib,
		.ip = s->ip,
	};
	struct oom_toucher back[2];
	unsigned int n = oom_regions_touch(&faults->regions, record->limit_kib,
					   s->pid, s->addr, &by, back);

	for (unsigned int i = 0; i < n; i++) {
		struct oom_site *other = &record->sites[back[i].site];

		if (other->pid == s->pid && other->ip == back[i].ip)
			oom_record_given_back(record, other, back[i].kib);
	}
}

static void add_site(struct oom_faults *faults, struct oom_record *record,
		     const struct oom_growth_sample *s, uint64_t pages,
		     uint32_t at_ms, bool late)
{
	struct oom_site site = {
		.pid = s->pid,
		.in_syscall = s->in_syscall,
		.ip = s->ip,
		.pages = pages,
		.first_ms = at_ms,
		.last_ms = at_ms,
	};
	struct oom_site *slot;

	for (uint32_t i = 0; i < s->n_callers && i < OOM_SITE_CALLERS; i++)
		site.callers[i] = s->callers[i];
	if (!s->pid)
		return;
	/* The first kill is what will be explained. */
	if (!record->n_moments || at_ms <= record->moments[0].at_ms) {
		site.own_kib = oom_u32(pages * PAGE_KIB);
		site.own_late_kib = late ? site.own_kib : 0;
		site.own_samples = 1;
	}
	slot = oom_record_site(record, &site);
	if (!slot->named)
		keep_stack(faults, slot, s);
	faults->touched[slot - record->sites] = s->addr;
	/* A file in memory stays when another is mapped in its place. */
	if (site.own_kib && !oom_record_is_shared(record, slot))
		give_back(faults, record, s, slot, site.own_kib);
}

/* Not inlined: while there is nothing to drain its stack is not touched. */
static void __attribute__((noinline))
drain(struct oom_faults *faults, struct oom_record *record, uint64_t usage_kib,
      uint64_t grown_kib)
{
	struct oom_growth_sample samples[A_LOOK];
	const uint64_t pages = faults->growth.period,
		       worth = record->limit_kib / GROWN_PARTS;
	const bool late = usage_kib >=
			  record->limit_kib - record->limit_kib / LATE_PARTS;
	struct oom_growth_gaps gaps;
	uint64_t kib = 0, seen;
	uint32_t pid = 0;
	size_t n;

	n = oom_growth_drain(&faults->growth, samples, A_LOOK, &gaps);
	for (size_t i = 0; i < n; i++) {
		const struct oom_growth_sample *s = &samples[i];
		uint32_t at_ms =
			oom_u32(more(s->time_us, faults->start_us) / 1000);

		add_site(faults, record, s, pages, at_ms, late);
		faults->threads[s->pid % OOM_THREADS_MAX].pid = s->pid;
		faults->threads[s->pid % OOM_THREADS_MAX].tid = s->tid;
		/* Of processes that take turns each turn is looked at alone. */
		if (s->pid != pid)
			kib = 0;
		pid = s->pid;
		kib += pages * PAGE_KIB;
		if (kib < worth)
			continue;
		oom_record_grown(record, pid, at_ms, kib);
		kib = 0;
	}
	seen = n + gaps.left_out + gaps.overwritten_bytes / SAMPLE_BYTES;
	if (!faults->guards && grown_kib > worth && pages > 1 &&
	    seen * FEW * pages < grown_kib / PAGE_KIB)
		(void)oom_growth_set_period(&faults->growth,
					    pages > FEW ? pages / FEW : 1);
}

void oom_faults_drain(struct oom_faults *faults, struct oom_record *record,
		      uint64_t usage_kib, uint64_t grown_kib)
{
	if (faults->attached)
		drain(faults, record, usage_kib, grown_kib);
}
