/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evidence: puts what the kernel and slurmstepd know of a step into a capture.
 *
 * Runs as root and only reads the kernel's own files: cgroup counters and
 * /proc/meminfo.  The kernel log is long, and is read by the child (tell.h).
 */
#ifndef OOM_EVIDENCE_H
#define OOM_EVIDENCE_H

#include "cgroup.h"
#include "findings.h"
#include "spool.h"

/* One task, as far as slurmstepd saw it. */
struct oom_evidence_task {
	struct oom_reading pid, rank, status;
	struct oom_reading started_ms, ended_ms;	  /* of oom_now_us() */
	struct oom_reading kills, peak_bytes, file_bytes; /* of its cgroup */
	struct oom_cgroup_place place;
	bool placed;
};

/* How much of a task's cgroup to read; memory.stat is slow on a large node. */
enum oom_depth { OOM_DEPTH_KILLS, OOM_DEPTH_PEAK, OOM_DEPTH_STAT };

/*
 * Reads the task's own cgroup.  What cannot be read now leaves what was known
 * before.
 */
void oom_evidence_read_task(struct oom_evidence_task *task, int mount_fd,
			    enum oom_cgroup_version version,
			    enum oom_depth depth);

/*
 * Calls visit() for each task folder that the step has now, whole, as they are
 * named: for tasks beyond OOM_TASKS_MAX, and for a step that nobody watched to
 * its end.  `task` lives until visit() returns.
 */
void oom_evidence_each_task(const struct oom_spool *spool, int mount_fd,
			    void (*visit)(void *arg, uint64_t local_id,
					  struct oom_evidence_task *task),
			    void *arg);

/* For oom_evidence_each_task(): adds up kills that no [task] section tells. */
void oom_evidence_add_other(void *other_kills, uint64_t local_id,
			    struct oom_evidence_task *task);

/* Sections: [task N]; [step] with the kills of tasks that have none; and the
 * clock, page size, meminfo and the levels from the step up to the job. */
void oom_evidence_task(struct oom_buf *capture, unsigned int local_id,
		       const struct oom_evidence_task *task);
void oom_evidence_other(struct oom_buf *capture, struct oom_reading kills);
void oom_evidence_levels(struct oom_buf *capture, struct oom_spool *spool,
			 int mount_fd, int proc_fd);

#endif
