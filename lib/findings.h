/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * findings: all evidence about one step on one node, in one plain struct.
 *
 * The only thing that the diagnosis sees.  It is made from a capture (see
 * capture.h) and nothing else, so that a recorded capture replays anywhere.
 * Every value is known or unknown; unknown is never zero.
 */
#ifndef OOM_FINDINGS_H
#define OOM_FINDINGS_H

#include <sys/types.h>

#include "cgroup.h"
#include "kernel_log.h"
#include "record_text.h"

#define OOM_TASKS_MAX 128 /* tasks of a step on one node seen in detail */
#define OOM_STEP_LEN  16  /* "batch", "interactive" or a number */
#define OOM_NODE_LEN  64
#define OOM_ARGV_LEN  512

struct oom_task {
	struct oom_reading rank; /* global task id */
	struct oom_reading pid;
	struct oom_reading status; /* wait status, when it has ended */
	struct oom_reading ran_ms;
	/* Of its own cgroup, read as it ended and again at the step's end. */
	struct oom_reading kills, peak_bytes, file_bytes;
};

struct oom_findings {
	/* who and where */
	struct oom_reading job_id, uid;
	char step[OOM_STEP_LEN]; /* empty: unknown */
	char node[OOM_NODE_LEN];
	struct oom_reading n_nodes, total_tasks;
	struct oom_reading n_local_tasks; /* n_tasks may be smaller */
	char argv[OOM_ARGV_LEN];	  /* srun's command line; hostile */
	char java_options[OOM_ARGV_LEN];  /* JAVA_TOOL_OPTIONS; hostile */
	bool verbose, no_plot;
	bool in_batch; /* a batch script on this node runs it, or is it */

	/*
	 * When: the wall clock and CLOCK_MONOTONIC_RAW at the same moment.
	 * printk's clock is not steered by NTP, as that one.
	 */
	struct oom_reading now_real_s, now_real_ns; /* ns: of that second */
	struct oom_reading now_mono_us, start_mono_us;
	int64_t utc_offset_s;

	/* what was asked for; MiB as in Slurm's environment */
	struct oom_reading mem_per_node_mib, mem_per_cpu_mib, mem_per_gpu_mib;
	struct oom_reading job_alloc_mib, step_alloc_mib;
	struct oom_reading node_total_bytes; /* MemTotal */

	/* cgroups, from the task up to the job */
	enum oom_cgroup_version cgroup_version;
	struct oom_level levels[OOM_LEVELS]; /* [OOM_LEVEL_TASK] is unused */
	uint64_t kills_before; /* in counters that an earlier life left */
	bool whole_ring; /* the kernel log may hold kills of an earlier life */
	struct oom_reading other_kills; /* v1: in tasks beyond OOM_TASKS_MAX */
	struct oom_task tasks[OOM_TASKS_MAX];
	unsigned int n_tasks;

	/* the kernel's reports of kills in this step, oldest first */
	struct oom_kernel_log log;

	/* the flight record: what happened before */
	struct oom_history history;
};

/*
 * Fills *ret from the text of a capture.  Never fails: sections and keys that
 * are missing, unknown or garbled leave their value unknown.  Reports of other
 * jobs' kills are left out.  *ret must be all zero (fresh from mmap or calloc);
 * the struct is about 140 KiB, of which a small step touches a few pages.
 */
void oom_findings_parse(struct oom_findings *ret, struct oom_span capture);

/*
 * The number of processes of this step that the kernel's OOM killer killed:
 * from the cgroup's counters and from the kernel's reports, whichever saw
 * more.  Unknown when neither could be read.  Exit codes play no part.
 */
struct oom_reading oom_findings_kills(const struct oom_findings *findings);

#endif
