/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool: one small file for each step that has the advice switched on, so that
 * what is known of the step survives slurmstepd.
 *
 * <folder>/<job>.<step>.<node>, root only, of fixed size, allocated up front
 * and mapped shared by slurmstepd and its forks.  slurmstepd writes it; a step
 * on the same node looks into the batch step's for the job's output file; the
 * batch step and the epilog hook finish what others left.
 *
 * A reader believes a file only when magic, version, boot id and checksum are
 * right: a torn, stale or foreign one is refused.  The checksum covers the
 * identity (all that is written before the tasks start); the capture carries
 * its own length, set last.
 */
#ifndef OOM_SPOOL_H
#define OOM_SPOOL_H

#include <dirent.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "cgroup.h"
#include "record.h"

#define OOM_SPOOL_SIZE	   65536
#define OOM_SPOOL_GIDS_MAX 256
#define OOM_SPOOL_PATH_MAX 1024
#define OOM_SPOOL_NODE_LEN 64
#define OOM_BOOT_ID_LEN	   40

/* Where a step's standard output or error went, as its task had it. */
struct oom_stream {
	uint32_t known;
	uint32_t mode; /* st_mode */
	uint64_t dev, ino;
	uint64_t size;		       /* as the task began */
	char path[OOM_SPOOL_PATH_MAX]; /* regular files: as /proc showed it */
};

enum oom_spool_state {
	OOM_SPOOL_OPEN, /* the step runs, or slurmstepd died without a word */
	OOM_SPOOL_DONE, /* it ended, and there is nothing to tell */
	OOM_SPOOL_CAPTURED, /* its evidence is in `capture`, not yet told */
	OOM_SPOOL_WRITING,  /* `writer` is at it */
	OOM_SPOOL_SENT, /* the block went into a pipe: who knows where it is */
	OOM_SPOOL_TOLD, /* the block was written, or was found in the file */
};

/* What is fixed before the tasks start. */
struct oom_spool_identity {
	char boot_id[OOM_BOOT_ID_LEN];
	char node[OOM_SPOOL_NODE_LEN];
	char step[16];
	uint32_t job_id, step_id;
	uint32_t uid, gid;
	uint32_t n_gids;
	uint32_t gids[OOM_SPOOL_GIDS_MAX];
	int32_t stepd_pid;
	/* oom_boottime_ns(): whoever has that pid and began later is another. */
	uint64_t created_ns;
	struct oom_hierarchy hierarchy;
};

struct oom_spool {
	char magic[8];
	uint32_t version;
	uint32_t size;
	uint64_t checksum; /* of `identity` */
	struct oom_spool_identity identity;

	/* Written later, each by one process: */
	struct oom_stream out,
		err; /* by task 0, before it becomes the user's */
	struct oom_cgroup_place place; /* by slurmstepd, after the fork */
	_Atomic uint32_t placed;       /* `place` is whole */
	_Atomic uint32_t state;	       /* enum oom_spool_state */
	_Atomic int32_t
		writer; /* the process that made it WRITING; 0: not yet */
	_Atomic uint32_t pending; /* batch: another step left a block here */
	_Atomic uint32_t
		base_len; /* the capture's part without the kernel log */
	_Atomic uint32_t capture_len;
	struct oom_record record; /* by the recorder's thread */
	char capture[];
};

#define OOM_SPOOL_CAPTURE_MAX (OOM_SPOOL_SIZE - sizeof(struct oom_spool))

/* "<job>.<step>.<node>"; node names hold no '/'. */
#define OOM_SPOOL_NAME_MAX 128
void oom_spool_name(uint32_t job_id, const char *step, const char *node,
		    char out[OOM_SPOOL_NAME_MAX]);

/*
 * Makes the file in the folder behind `dir_fd` and maps it.  An older file of
 * that name is replaced (a requeued job).  0 or -errno; *ret is unmapped with
 * oom_spool_close().  With `room`, OOM_SPOOL_SIZE bytes of a mapping of the
 * caller's, it is mapped over that and stays the caller's.  Its descriptor is of
 * no further use: *fd is the caller's to close, and NULL: it is closed.
 */
int oom_spool_create(int dir_fd, const char *name,
		     const struct oom_spool_identity *identity, void *room,
		     struct oom_spool **ret, int *fd);

/*
 * Maps an existing file (writable: state changes are seen by all).  0, -errno,
 * or for what must not be believed: -EBADMSG (torn), -ESTALE (another boot),
 * -EPROTO (another version), -EPERM (not a regular file of root's alone).
 */
int oom_spool_open(int dir_fd, const char *name, const char *boot_id,
		   struct oom_spool **ret);

void oom_spool_close(struct oom_spool *spool);

/* The outside world, so that tests can have another. */
struct oom_roots {
	const char *proc; /* "/proc" */
	const char *run;  /* "/run": holds the spool folder */
	const char *kmsg; /* "/dev/kmsg" */
};

#define OOM_SPOOL_FOLDER "oom-advice"

/* A descriptor (O_PATH) of /proc; a descriptor of the spool folder; or -errno. */
int oom_roots_proc(const struct oom_roots *roots);
int oom_roots_spool(const struct oom_roots *roots, bool make);

/* A new handle on an open folder, for readdir(3); NULL on failure. */
DIR *oom_list_folder(int dir_fd);

/*
 * Opens the spool folder below `parent_fd`, making it (0700) when `make` is
 * set.  A descriptor or -errno; -EPERM when it is not root's alone.
 */
int oom_spool_folder(int parent_fd, const char *folder, bool make);

/*
 * Makes the caller the one process that may write this step's block: a slow
 * child and the epilog hook must not both do it.  The state before is put into
 * *before.  False when it is told, or somebody else is at it.
 */
bool oom_spool_claim(struct oom_spool *spool, uint32_t *before);

/* Is `name` a file of this job, and of this node (NULL: of any)? */
bool oom_spool_is_of(const char *name, uint32_t job_id, const char *node);

/* Does the slurmstepd that made the file still run? */
bool oom_spool_stepd_lives(const struct oom_spool *spool, int proc_fd);

/* The text of the capture, as far as it is whole. */
struct oom_span oom_spool_capture(const struct oom_spool *spool);

/* /proc/sys/kernel/random/boot_id relative to `proc_fd`; 0 or -errno. */
int oom_boot_id(int proc_fd, char out[OOM_BOOT_ID_LEN]);

/* Start time of a process in clock ticks since boot; 0 or -errno. */
int oom_process_start(int proc_fd, pid_t pid, uint64_t *ret);

#endif
