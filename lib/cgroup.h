/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup: where a step's memory cgroup is, and what its files say.
 *
 * Layout (read in Slurm 22.05 to 26.05, seen running on four releases):
 *   v2  MNT/system.slice/[NODE_]slurmstepd.scope/JOB/step_S/user/task_N
 *   v1  MNT/slurm[_NODE]/uid_U/job_J/step_S/task_N
 * JOB is job_<id>, or a SLUID from 26.05 on, so levels are found by walking up
 * from the process, never by building a path.
 *
 * Counters (Documentation/admin-guide/cgroup-v2.rst): memory.events of v2 is
 * hierarchical, unless cgroup2 is mounted with memory_localevents.  v1's
 * oom_kill stays where the victim was and is not added up by its parents.
 */
#ifndef OOM_CGROUP_H
#define OOM_CGROUP_H

#include "reading.h"
#include "text.h"

enum oom_cgroup_version { OOM_CGROUP_NONE, OOM_CGROUP_V1, OOM_CGROUP_V2 };

#define OOM_CGROUP_PATH_MAX 512

/* The mount point of the hierarchy that serves memory. */
struct oom_hierarchy {
	enum oom_cgroup_version version;
	/* v2 with memory_localevents: memory.events does not add up. */
	bool local_events;
	char mount[OOM_CGROUP_PATH_MAX];
};

/*
 * Asks libcgroup.  0, -ENOENT (no memory controller mounted) or -EIO.
 * libcgroup's cgroup_init() allocates a megabyte, is not thread-safe and may
 * talk on stdout: call this only in a short-lived child of its own.
 */
int oom_hierarchy_discover(struct oom_hierarchy *ret);

/*
 * Opens the mount point and checks by statfs(2) that it is what it says.
 * A descriptor (O_PATH, CLOEXEC) or -errno; -EINVAL for another file system.
 */
int oom_hierarchy_open(const struct oom_hierarchy *hierarchy);

/*
 * The path of the memory cgroup in the text of /proc/PID/cgroup, as seen from
 * the mount point.  0, -ENOENT, -ENAMETOOLONG.
 */
int oom_cgroup_parse_membership(struct oom_span proc_cgroup,
				enum oom_cgroup_version version,
				char ret[OOM_CGROUP_PATH_MAX]);

/* From the process up to the job. */
enum oom_level_kind {
	OOM_LEVEL_TASK, /* .../task_N; of one task only */
	OOM_LEVEL_USER, /* .../step_S/user; v2 only */
	OOM_LEVEL_STEP,
	OOM_LEVEL_JOB,
	OOM_LEVELS
};

extern const char *const oom_level_names[OOM_LEVELS];

/* One task's path; a level is the first len[kind] bytes of it, 0: no such. */
struct oom_cgroup_place {
	char path[OOM_CGROUP_PATH_MAX];
	size_t len[OOM_LEVELS];
};

/* 0, or -ENOENT when no component begins with "step_": not Slurm's. */
int oom_cgroup_place(const char *path, struct oom_cgroup_place *ret);

/* The path of a level, NUL-terminated; an empty text when there is none. */
void oom_cgroup_level_path(const struct oom_cgroup_place *place,
			   enum oom_level_kind kind,
			   char out[OOM_CGROUP_PATH_MAX]);

/*
 * Appends the files of one level to a capture, as sections "cgroup LEVEL FILE",
 * and its path as "cgroup LEVEL path".  What is missing is left out.  0, or
 * -errno when the level's folder is gone.
 */
int oom_cgroup_capture(struct oom_buf *capture, int mount_fd,
		       const struct oom_cgroup_place *place,
		       enum oom_level_kind kind,
		       enum oom_cgroup_version version);

/* What one level's files said. */
struct oom_level {
	char path[OOM_CGROUP_PATH_MAX];
	struct oom_reading limit_bytes, high_bytes, peak_bytes, usage_bytes;
	/* v2: swap alone; v1: memory plus swap. */
	struct oom_reading swap_limit_bytes;
	struct oom_reading oom, oom_kill, oom_group_kill, max, high;
	struct oom_reading under_oom; /* v1: the killer is at it */
	struct oom_reading failcnt;   /* v1; stays 0 on some kernels */
	struct oom_reading anon_bytes, file_bytes, shmem_bytes, kernel_bytes;
	struct oom_reading slab_bytes, stack_bytes; /* parts of the last */
};

/*
 * Reads one captured file into the level.  Unknown files, unknown keys and
 * garbled values change nothing.
 */
void oom_level_parse(struct oom_level *level, const char *file,
		     struct oom_span text);

/*
 * Reads the named files of one level right now.  0, or -errno when none of them
 * could be read; what cannot be read leaves its values unknown.
 */
int oom_level_read(struct oom_level *level, int mount_fd,
		   const struct oom_cgroup_place *place,
		   enum oom_level_kind kind, const char *const *files);

/* For oom_level_read(): kills alone. */
extern const char *const oom_v2_events[], *const oom_v1_events[];

/*
 * The composition out of "key value" lines: memory.stat of v2, of v1, and the
 * same lines inside the kernel's OOM report.
 */
void oom_level_parse_stat(struct oom_level *level, struct oom_span text);

#endif
