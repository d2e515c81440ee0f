/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reading: one number that somebody may or may not have been able to read.
 *
 * Absent is not zero: a file that was missing, garbled or out of range leaves
 * `known` false and nothing may be concluded from `value`.
 */
#ifndef OOM_READING_H
#define OOM_READING_H

#include <stdbool.h>
#include <stdint.h>

struct oom_reading {
	uint64_t value;
	bool known;
};

/* "max" in a cgroup v2 limit file; v1's PAGE_COUNTER_MAX rounds to this too. */
#define OOM_UNLIMITED UINT64_MAX

static inline struct oom_reading oom_known(uint64_t value)
{
	return (struct oom_reading){ .value = value, .known = true };
}

/* True only when the value is known and greater than `than`. */
static inline bool oom_exceeds(struct oom_reading r, uint64_t than)
{
	return r.known && r.value > than;
}

/* A limit that is known and really limits. */
static inline bool oom_limited(struct oom_reading r)
{
	return r.known && r.value != OOM_UNLIMITED;
}

static inline uint64_t oom_value_or(struct oom_reading r, uint64_t fallback)
{
	return r.known ? r.value : fallback;
}

#endif
