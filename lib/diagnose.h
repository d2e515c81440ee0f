/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnose: findings in, causes with evidence and confidence out.
 *
 * A pure function.  From what is left after a kill, only causes that show in
 * the composition of memory can be told (tmpfs, workers, ranks, a JVM, the
 * node).  The rest is read off the flight record: what grew, how, and what the
 * process did meanwhile.  Without a record it is a guess at low confidence, and
 * says so.
 */
#ifndef OOM_DIAGNOSE_H
#define OOM_DIAGNOSE_H

#include "history.h"

enum oom_cause {
	OOM_CAUSE_NONE,
	OOM_CAUSE_UNDER_ALLOCATION,
	OOM_CAUSE_WHOLE_FILE_LOAD,
	OOM_CAUSE_WORKER_COPIES,
	OOM_CAUSE_LEAK,
	OOM_CAUSE_RANK0_BOTTLENECK,
	OOM_CAUSE_RANK_IMBALANCE,
	OOM_CAUSE_TMPFS,
	OOM_CAUSE_SUDDEN_ALLOCATION,
	OOM_CAUSE_JVM,
	OOM_CAUSE_NODE_OOM,
	OOM_CAUSE_UNDETERMINED,
	OOM_CAUSES
};

/* As in the machine-readable line: "under-allocation", ... */
extern const char *const oom_cause_names[OOM_CAUSES];

enum oom_confidence { OOM_LOW, OOM_MEDIUM, OOM_HIGH };

extern const char *const oom_confidence_names[];

/* Similar processes with one name: each one's memory, and all of theirs. */
struct oom_group {
	char name[OOM_NAME_MAX];
	unsigned int count;
	uint64_t each_bytes; /* the median */
	uint64_t largest_bytes;
	uint64_t total_bytes;
	uint64_t share_percent; /* of all of the job's processes seen */
	uint32_t parent;	/* their common parent's pid; 0: not known */
	uint64_t parent_bytes;
	/* Pages that they share with it since fork(2), counted once here. */
	uint64_t own_bytes; /* what all of them have for themselves */
};

/* One rank against the others of its step on this node. */
struct oom_rank {
	uint64_t rank;
	uint64_t bytes;
	uint64_t others_bytes; /* the median of the others */
	unsigned int n_others;
};

#define OOM_TOP 4

struct oom_diagnosis {
	struct oom_reading kills; /* 0 is known too: nothing was killed */
	enum oom_cause cause;
	enum oom_confidence confidence;

	/* Whose limit was reached: step, user or job; OOM_LEVELS: unknown. */
	enum oom_level_kind limit_level;
	struct oom_reading limit_bytes, peak_bytes;
	bool node_limit; /* above the job: the node, or all jobs together */
	bool inferred; /* ...as its own limits were not near; no report says so */

	const struct oom_report *report; /* the first kill; NULL: no report */
	struct oom_reading usage_bytes;	 /* of that limit, at the kill */
	struct oom_reading shmem_bytes;	 /* at the kill */
	struct oom_reading shmem_left_bytes; /* still charged afterwards */
	int tmpfs_file; /* of history.record.files: the largest one; -1: none */
	uint32_t tmpfs_pid; /* who wrote it; 0: not known */

	/* The largest processes of the user at the kill, largest first. */
	const struct oom_process *top[OOM_TOP];
	unsigned int n_top;

	struct oom_members members; /* the user's processes at the kill */
	bool several;		    /* programs that did not fit together */
	unsigned int alike;   /* ranks of one program, none out of line; or 0 */
	uint64_t alike_bytes; /* the median of what they held */
	bool planned_requests, planned_stages; /* a plan, by its large steps */
	bool mapped; /* a file that is read by mapping it */
	bool joins;  /* one operation that joins two tables */
	bool twin;   /* one request, as large as a file */
	/* How far it has read shows: its place in the file moved, or is much of
	 * all that was read; or it is one request, or one file after another. */
	bool gets_on;
	unsigned int opened; /* files, one after another; 0: not the story */
	bool rests;	     /* it slept or waited for much of the time */
	bool slows;	     /* its growth was coming to an end */
	bool sawtooth;	     /* a leak below ups and downs */
	bool crumbs; /* a leak only because nothing says that it is a plan */

	/* Who grew before the kill, as far as that was seen. */
	const struct oom_track *grower; /* NULL: nobody was */
	unsigned int grower_percent;	/* of all growth */
	bool shape_known;
	struct oom_shape shape; /* the grower's */
	int file; /* of history.record.files, that it was reading; -1: none */

	struct oom_group group;		    /* count 0: none */
	struct oom_rank rank;		    /* n_others 0: none */
	struct oom_reading java_heap_bytes; /* what it may become */
	/* ...and what is not its heap for certain, where that is the story */
	struct oom_reading java_beside_bytes;
	enum oom_java_source java_source;
};

/* Pointers in *ret point into *findings.  Needs 16 KiB of stack. */
void oom_diagnose(const struct oom_findings *findings,
		  struct oom_diagnosis *ret);

#endif
