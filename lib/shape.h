/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shape: how one process grew, in a few numbers that rules can be written on.
 *
 * Pure.  All of them are ratios or come with the unit in their name, so that a
 * verdict does not depend on the pace of the machine or on the size of the job.
 */
#ifndef OOM_SHAPE_H
#define OOM_SHAPE_H

#include "record.h"

struct oom_shape {
	unsigned int points; /* looks at the process that the rest is from */

	/*
	 * The final growth: from the last look at which the process was near its
	 * smallest (a tenth of its whole growth above it) to the end; without
	 * what it only read at first (libraries, packages, input).
	 */
	uint32_t from_ms, to_ms;
	uint32_t began_ms; /* as from_ms, with what it read at first */
	uint64_t base_kib, end_kib, grown_kib;
	uint32_t before_ms;	   /* its life before that */
	uint64_t largest_kib;	   /* growth between two looks */
	unsigned int grown_points; /* looks in it */
	uint64_t unseen_kib; /* growth after the last look, by the report */

	/*
	 * Stages: runs of growth with pauses between.  Falls: it gave back at
	 * least a tenth of its growth; floor_kib: the least after the last fall
	 * minus the least after the first.
	 */
	unsigned int stages, falls;
	int64_t floor_kib;
	/*
	 * Each third's pace against that of all of it, in percent; without its last twentieth, in which the kernel looks for
	 * memory to take back.
	 */
	unsigned int early_percent, middle_percent, late_percent;
	/*
	 * What the last third grew for the same work, of what the first did, in
	 * percent: by turns of a loop that sleeps, and by CPU time; unknown
	 * where either third did too little.  Later: of what the second did.
	 */
	struct oom_reading turns_percent, later_turns_percent;
	struct oom_reading work_percent;

	/* What it did meanwhile; percent of the time of the final growth. */
	uint32_t threads;
	/*
	 * It slept or waited: so did each thread, or longer.  Unknown where
	 * there are more threads than were looked at.
	 */
	struct oom_reading idle_percent;
	uint32_t sleeps; /* how often its threads did so */
	/* Of what grew from two fifths on: between sleeps. */
	unsigned int sleeping_percent;
	uint64_t user_us_per_mib; /* own computing for each MiB grown */

	/*
	 * Reading: through read(2), since began_ms; percent of the growth's last
	 * part, from two fifths on, that came while it was reading.
	 */
	uint64_t read_kib;
	unsigned int late_read_percent;
	/* The same by touching pages of files that it has mapped. */
	uint64_t mapped_kib;
	unsigned int late_mapped_percent;

	/*
	 * Asked for and not touched.  A request shows as data that grows ahead
	 * of what is resident.  `untouched`: at the end, above the floor that
	 * stacks and libraries make; `chunk`: the most at any look of the final
	 * growth's last part; `request`: the largest step of data between two looks.
	 */
	uint64_t untouched_kib, chunk_kib, request_kib;
	uint32_t request_ms;
	bool request_known; /* the look before the request was seen */
	bool doubles;	    /* it is one of a row, each twice as large */
};

/*
 * `last` is what the kernel's report adds at the kill, or NULL.  False: too
 * little was seen (fewer than three looks, or no growth).
 */
bool oom_shape_of(const struct oom_track *track,
		  const struct oom_track_point *last, struct oom_shape *ret);

#endif
