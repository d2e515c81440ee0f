/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values: what the {names} in the sentences of wording.c stand for, and a
 * sentence with them put in.  What is not known has no value: the sentences
 * that need it are not said.
 *
 * incident.c	what happened: to whom, when, at whose limit
 * grounds.c	what the cause rests on: whose memory it was, how it grew, and
 *		where in the code
 * remedy.c	what to change: the next request, or what would fit
 *
 * Pure, as advice.h.
 */
#ifndef OOM_VALUES_H
#define OOM_VALUES_H

#include "diagnose.h"
#include "request.h"
#include "where.h"

#define OOM_VALUE_MAX  200
#define OOM_NAME_SHOWN 24 /* of a process's name */

enum oom_value {
	V_HEADLINE,
	V_KILLS_MANY,
	V_VICTIM,
	V_PID,
	V_RANK_TEXT,
	V_TIME,
	V_DATE,
	V_STEP_TEXT,
	V_NODE,
	V_ELAPSED,
	V_ELAPSED_OF_STEP,
	V_STEP_LIMIT,
	V_JOB_LIMIT,
	V_NODE_OOM_LIMIT,
	V_OPTION_TEXT,
	V_LIMIT,
	V_PEAK,
	V_PEAK_PERCENT,
	V_USAGE,
	V_COMPOSITION,
	V_PROCESSES,
	V_PROCESSES_RSS,
	V_LARGEST,
	V_LARGEST_BYTES,
	V_GUESS,
	V_PASTE,
	V_NO_MORE,
	V_WORKERS,
	V_WORKER,
	V_WORKER_BYTES,
	V_WORKERS_BYTES,
	V_WORKERS_SHARE,
	V_WORKERS_FIT,
	V_RANK,
	V_RANK_BYTES,
	V_RANK_OTHERS,
	V_RANK_OTHERS_BYTES,
	V_SHMEM,
	V_SHMEM_LEFT,
	V_JAVA_HEAP_FIT,
	V_JAVA_HEAP_FIT_IN_ARGV,
	V_N_PROCESSES,
	V_JOB_OUTPUT,
	V_FIRST,
	V_WHOLE_NODE,
	V_NUMA_NODE,
	V_SHARED_NODE,
	V_INFERRED_NODE,
	V_HEALTHY_NODE,
	V_SHMEM_END,
	V_JAVA_HEAP_ARGV,
	V_JAVA_HEAP_ENV,
	V_JAVA_HEAP_OWN,
	V_JAVA_SMALL_HEAP,
	V_JAVA_BESIDE,
	V_JAVA_FOLLOW,
	V_GROWER,
	V_GROWER_BYTES,
	V_GROWN,
	V_GROW_TIME,
	V_PACE,
	V_ASKED,
	V_DOUBLED,
	V_SEVERAL,
	V_SEVERAL_NAMES,
	V_CHUNK,
	V_STAGES,
	V_REQUEST,
	V_TWIN_FILE,
	V_PART_FILE,
	V_WHOLE_FILE,
	V_FILE,
	V_FILE_SIZE,
	V_FILE_READ,
	V_FILES_OPENED,
	V_JOINS, /* nothing; known where two tables are joined */
	V_READ,
	V_MAPPED,
	V_FALLS,
	V_FLOOR,
	V_CRUMBS, /* nothing; known where it may be a plan as well */
	V_TWICE_TIME,
	V_ONCE_TIME,
	V_WORKERS_OWN,
	V_OTHER,
	V_OTHER_PID,
	V_OTHER_GROWN,
	V_SLOW_TIME,
	V_STEADY_TIME,
	V_NEED_UNKNOWN,
	V_JOB,
	V_RANKS,
	V_RANK_EACH,
	V_TMPFS_FILE,
	V_TMPFS_BYTES,
	V_TMPFS_WRITER,
	V_WHERE,
	V_PLACE,
	V_NO_PLACE, /* nothing; known where V_PLACE is not */
	OOM_VALUES
};

/* Without the braces, by value. */
extern const char *const oom_value_names[OOM_VALUES];

struct oom_values {
	bool known[OOM_VALUES];
	char text[OOM_VALUES][OOM_VALUE_MAX];
};

/* None of them is known. */
void oom_values_clear(struct oom_values *values);

/* Marks the value known and hands out its text to be written. */
struct oom_buf oom_set(struct oom_values *values, enum oom_value which);
void oom_set_text(struct oom_values *values, enum oom_value which,
		  const char *text);
void oom_set_number(struct oom_values *values, enum oom_value which,
		    uint64_t number);
/* Nothing when they are not known. */
void oom_set_bytes(struct oom_values *values, enum oom_value which,
		   struct oom_reading bytes);

/*
 * Anything that a user could have chosen.  Without '#': wrapped to a line's
 * beginning, a name must not pass for the machine-readable line.
 */
void oom_set_name(struct oom_values *values, enum oom_value which,
		  const char *name);
void oom_add_name(struct oom_buf *buf, const char *name, size_t max);

void oom_set_incident(struct oom_values *values,
		      const struct oom_findings *findings,
		      const struct oom_diagnosis *diagnosis,
		      const struct oom_request *request);
/* Of that, which step it was and where. */
void oom_set_step(struct oom_values *values,
		  const struct oom_findings *findings);
void oom_set_grounds(struct oom_values *values,
		     const struct oom_findings *findings,
		     const struct oom_diagnosis *diagnosis);
/* The code that grew, with its share, and the one place that did most. */
void oom_set_where(struct oom_values *values, const struct oom_where *where);
void oom_set_remedy(struct oom_values *values,
		    const struct oom_findings *findings,
		    const struct oom_diagnosis *diagnosis,
		    const struct oom_request *request);

/*
 * Writes the first of the sentences joined by OOM_OR of which all names are
 * known into *out, from its beginning; false when there is none.
 */
bool oom_expand(const struct oom_values *values, const char *sentence,
		struct oom_buf *out);

#endif
