/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch: one step under watch, from slurmstepd's side.
 *
 * spank_oom.c calls one function for each hook.  In slurmstepd's main process:
 * open, task_started, task_ended, close.  In the task, before it becomes the
 * user's program: task_init.  Under SlurmdParameters=contain_spank (24.05 on)
 * the task hooks run in a clone that shares memory but not descriptors, so no
 * descriptor that a hook opens is kept for a later one.
 *
 * The task's standard output comes over a socket pair, as a descriptor
 * (SCM_RIGHTS): no path is guessed, a rename or a root-squashing file system
 * does not matter, and a pipe to srun works as well.  All of them are closed
 * at the last task's end: one that stays open would keep srun waiting.
 *
 * Nothing here fails loudly: what cannot be had is left out.  No function is
 * thread-safe; slurmstepd calls its hooks one after the other.
 */
#ifndef OOM_WATCH_H
#define OOM_WATCH_H

#include "config.h"
#include "spool.h"
#include "tell.h"

/* slurmstepd goes on after this long at the latest, whatever the file is. */
#define OOM_HOLD_MS 30

struct oom_watch_spec {
	const struct oom_roots *roots;
	struct oom_config config;
	enum oom_mode mode;
	/*
	 * Where the program that gives code its names may be: the first that is
	 * there.  Ends with NULL, and stays the caller's; NULL: switched off.
	 */
	const char *const *programs;
	/*
	 * Identity; boot_id, created_ns and hierarchy are filled in by open(),
	 * and stepd_pid where it is 0.
	 */
	struct oom_spool_identity identity;
	bool is_batch; /* its output file is the job's STDOUT */
	unsigned int n_local_tasks;
	struct oom_sink sink;
	struct oom_span step_text; /* lines of the capture's [step] section */
};

struct oom_watch;

/*
 * When slurmd starts: finds the memory hierarchy anew and keeps it for the steps
 * to come, as libcgroup takes its time, and removes files that no epilog
 * removed.  Optional.  0 or -errno.
 */
int oom_watch_prepare(const struct oom_roots *roots);

/* 0 or -errno; *ret is closed with oom_watch_close(). */
int oom_watch_open(struct oom_watch **ret, const struct oom_watch_spec *spec);

/* In the task itself, when its descriptors 1 and 2 are the final ones. */
void oom_watch_task_init(struct oom_watch *watch, unsigned int local_id);

/* The task `pid` sits in its final cgroup and has not started its program. */
void oom_watch_task_started(struct oom_watch *watch, unsigned int local_id,
			    uint32_t rank, pid_t pid);

/*
 * A task was reaped with `wait_status`.  At the last one, and only when there
 * is something to tell, the child does so.  True then: *told says how it went,
 * or *error why it could not (-ETIMEDOUT: it is still at it).
 */
bool oom_watch_task_ended(struct oom_watch *watch, unsigned int local_id,
			  int wait_status, struct oom_told *told, int *error);

/* How long the last task_ended() took, and where the time went. */
struct oom_held {
	uint64_t us;
	uint64_t wait_us; /* of it: the one wait for the child */
	/* debug=on: how often it slept anywhere else (oom_sleeps()). */
	uint64_t other_sleeps;
};

struct oom_held oom_watch_held(const struct oom_watch *watch);

/* NULL is allowed.  Removes the spool file unless somebody still needs it. */
void oom_watch_close(struct oom_watch *watch);

#endif
