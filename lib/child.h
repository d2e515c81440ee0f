/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child: a short-lived process that does the risky part as the job's user.
 *
 * It is a grandchild (nobody has to reap it), bounded in time, memory and
 * descriptors, cannot be traced by the user, and is the first that the OOM
 * killer takes.  If it crashes or hangs, the block is lost and nothing else.
 */
#ifndef OOM_CHILD_H
#define OOM_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define OOM_CHILD_KEEP_MAX 8

struct oom_child {
	uint32_t uid, gid, n_gids;
	const uint32_t *gids;
	int proc_fd; /* /proc; kept open in the child */
	/*
	 * The folder of the memory hierarchy's root (O_PATH), or -1.  The child
	 * is born there or goes there: slurmstepd kills all that is left in the
	 * step's own cgroup (on v2 its neighbours in step_S/slurm too), and in
	 * a job at its limit each new page would have to wait for a kill.
	 */
	int home_fd;
	int keep[OOM_CHILD_KEEP_MAX]; /* further descriptors to keep; -1: none */
	size_t n_keep;
	unsigned int life_s; /* then SIGALRM ends it */
	bool may_allocate;   /* for other people's libraries */
	bool may_fork;	     /* until it gives that up itself (RLIMIT_NPROC) */
	uint64_t memory_max; /* not 0: RLIMIT_AS, in place of what it has */
	/*
	 * Runs in the child before it becomes the user's: nobody but root can
	 * stop it here.  NULL: nothing to do.
	 */
	void (*prepare)(void *arg);
	/*
	 * Runs in the child; what it puts into *result (at most result_len
	 * bytes) reaches the parent.  No locks, no malloc, no logging: the
	 * parent has threads.
	 */
	void (*work)(void *arg, void *result);
	void *arg;
	size_t result_len; /* up to 1024: one atomic write to a pipe */
};

struct oom_child_wait {
	/*
	 * A process in between only forks and goes.  On a busy node it may not
	 * have gone in time: then this is its pid, to be reaped later; else 0.
	 */
	pid_t left;
	uint64_t us;	 /* how long the child was waited for */
	uint64_t sleeps; /* of this thread while it waited (oom_sleeps()) */
};

/*
 * Starts the child and waits for it until `wait_ms` have passed.  0 with its
 * result in *result; -ETIMEDOUT: it goes on by itself; -EIO: it died; or why it
 * could not be started.  Thread-safe; leaves no descriptor.  `wait` is all 0
 * where it did not come to a wait; NULL: nobody wants to know.
 */
int oom_child_run(const struct oom_child *child, int wait_ms, void *result,
		  struct oom_child_wait *wait);

/* A child that goes on by itself. */
struct oom_child_ref {
	pid_t pid;
	int pid_fd; /* -1: this kernel has none (before 5.3) */
};

/*
 * Starts a child that goes on until its work returns.  It is a grandchild here
 * too, for another reason: execve(2) gives a clone the exit signal SIGCHLD, so
 * slurmstepd's wait3(-1) would take a child that runs a program for a task.
 * Nobody is told of its end: `work` has to bind its life to something of ours,
 * a socket.  life_s and result_len are 0.
 *
 * 0, to be ended with oom_child_end(), or -errno.  Waits for a fork.
 */
int oom_child_start(const struct oom_child *child, struct oom_child_ref *ret);

/*
 * SIGKILL, where it is certain to reach nobody else; fine to call twice.  The
 * pid of an orphan is another's as soon as it has ended.
 */
void oom_child_end(struct oom_child_ref *child);

/*
 * fork(2) without glibc's part: for a process that shares its memory's past
 * with other threads, and a child that keeps to plain system calls.  No signal
 * tells its end; waitpid(2) needs __WALL.
 */
pid_t oom_fork(void);

/* Closes all descriptors from `first` on: for a child of the child. */
void oom_close_from(unsigned int first);

/*
 * Closes these descriptors (-1: none), neighbours with one call; sorts them.
 * Nobody else's are touched.
 */
void oom_close_all(int *fds, size_t n);

/*
 * How often this thread has gone to sleep so far: the kernel counts each time
 * it gave up the CPU by itself, for a timer, a lock, a pipe or a disk.  Between
 * two equal figures it was running, or ready to run, all the time.
 */
uint64_t oom_sleeps(void);

#endif
