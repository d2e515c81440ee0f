/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * growth: who touches new memory.  The page faults of a step's processes as a
 * software perf event (PERF_COUNT_SW_PAGE_FAULTS), sampled every N faults by
 * the kernel itself and read from mapped rings: time, thread, the address
 * touched, the code that touched it and its callers.  As dense as the growth
 * is fast, nothing to wake up for, readable after the processes are dead.
 *
 * Facts, of perf_event_open(2), kernel/events/core.c and ring_buffer.c, seen on
 * 6.1 and 6.18 (tests/check_growth.c, tests/qemu) unless it says otherwise:
 * - A cgroup v2 folder gives all processes in and below it, one event for each
 *   CPU; the folder can be removed meanwhile.  v1's memory hierarchy is not the
 *   one that perf follows (-EBADF): there, threads are attached one by one, and
 *   what they start later is inherited.
 * - exclude_kernel is off: a read(2) into fresh memory faults inside the
 *   kernel, and programs load their data so.  What is shown of such a fault is
 *   the system call's place in the program, never a kernel address.
 * - Not seen at all: pages that the kernel fills without a fault: MAP_POPULATE
 *   (tried), and by the source mlock, O_DIRECT and write(2) into tmpfs.  A huge
 *   page is one fault.  Faults on file mappings, and for copy on write, count.
 * - PERF_SAMPLE_PERIOD would make every fault a sample (perf_swevent_event()):
 *   it is not asked for.
 * - Callers come from frame pointers: without them, and in interpreters, only
 *   `ip` is right, and it may lie in libc.  A function that calls nothing often
 *   has no frame even so, which leaves its caller out.  So a sample brings the
 *   top of the stack along (PERF_SAMPLE_STACK_USER), where return addresses lie
 *   among other words, and the two registers that tell them apart (x86-64:
 *   PERF_SAMPLE_REGS_USER).  An architecture without that (ENOSYS, EINVAL) does
 *   without.
 *
 * Rings: two pages for each CPU (8 KiB with 4 KiB pages), by the source not
 * charged to any cgroup (perf_mmap_alloc_page()).  They are written backward
 * and never full (attr.write_backward, mapped read-only): the kernel overwrites
 * the oldest record, so that the last 7 or 8 samples of each CPU before a kill
 * are there (20 to 55 without stacks), however late somebody looks.  A forward ring keeps the oldest
 * and drops what comes, the very thing that is wanted.  The price: how many
 * samples were overwritten is known in bytes only.  A drain makes no system
 * call and does not stop the events; a record that the kernel may have been
 * writing over is left out.
 *
 * Cost ("make bench": CPU time, medians of 21 interleaved rounds, a virtual
 * machine of 2 CPUs with other load on it; an event against none):
 *   a program that does nothing but fault, pages of 4 KiB   1.02
 *   the same with huge pages                                1.00 to 1.03
 *   fork and wait, inherited or by cgroup                   1.00
 *   switches into and out of the cgroup                     1.04 to 1.10
 * Sampling every 256 faults costs no more than every 10^9, drains included: it
 * is the open event that costs, some 0.2 to 0.8 us of the 15 that a fault takes
 * there: where faults are quicker, the ratio is larger (1.06 to 1.09 was seen).
 * Memory once touched costs nothing.  Opening: 0.08 ms for each CPU, but the
 * first event of a machine waits for the kernel's synchronize_rcu() (0.4 ms on
 * an idle machine, 16 ms seen on a busy one); so does the first again after all
 * have been closed for a second.
 *
 * So it is attached late, in the sampling thread and never in a hook: faults.h.
 *
 * Threads: one struct oom_growth belongs to one thread.  Nothing here locks,
 * allocates or logs, and nothing but the opening waits.  Forks: the rings are
 * not mapped in a child (VM_DONTCOPY), which must not touch the struct; its
 * copies of the descriptors (CLOEXEC) keep the events counting until it ends.
 */
#ifndef OOM_GROWTH_H
#define OOM_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define OOM_GROWTH_RINGS_MAX   256  /* CPUs: 2 MiB of rings with 4 KiB pages */
#define OOM_GROWTH_EVENTS_MAX  1024 /* descriptors: CPUs times threads */
#define OOM_GROWTH_CALLERS_MAX 16
#define OOM_GROWTH_CPUS_MAX    8192
#define OOM_GROWTH_STACK_WORDS 40

/* A set of CPU numbers; all zero is the empty one. */
struct oom_growth_cpus {
	unsigned long bits[OOM_GROWTH_CPUS_MAX / 8 / sizeof(unsigned long)];
};

/*
 * Adds the online CPUs that a thread (0: the caller) may run on.  0 or -errno
 * (-ESRCH).  A job that is not bound has all of the node's.
 */
int oom_growth_add_cpus(pid_t tid, struct oom_growth_cpus *cpus);

struct oom_growth_sample {
	uint64_t time_us;  /* of oom_now_us(): CLOCK_MONOTONIC_RAW */
	uint32_t pid, tid; /* in the opener's namespace; 0: outside of it */
	uint64_t addr;	   /* the byte that was touched */
	uint64_t ip;	 /* who touched it; 0: the kernel, for nobody's call */
	bool in_syscall; /* touched by the kernel, for a call made at `ip` */
	uint32_t n_callers;
	uint64_t callers[OOM_GROWTH_CALLERS_MAX]; /* the innermost first */
	uint64_t stack, frame; /* rsp and rbp, where known; else 0 */
	uint32_t n_words;
	uint64_t words[OOM_GROWTH_STACK_WORDS]; /* from `stack` on */
};

/* One CPU's ring.  A test may point it at memory of its own. */
struct oom_growth_ring {
	const uint64_t *head; /* the kernel's data_head: counts downward */
	const unsigned char *data;
	size_t size;   /* of `data`; a power of two */
	uint64_t seen; /* the head at the last drain */
	void *map;     /* what to unmap */
	/* While a drain is at it: */
	uint64_t at, end, time_ns;
};

/* The system calls, so that a test can refuse them. */
struct perf_event_attr;
struct oom_growth_ops {
	/* Each like its system call: -1 or MAP_FAILED, and errno. */
	int (*open)(struct perf_event_attr *attr, pid_t pid, int cpu,
		    unsigned long flags);
	void *(*map)(int fd, size_t len);
	int (*control)(int fd, unsigned long request, void *arg);
};

struct oom_growth_options {
	uint64_t period; /* faults for each sample; at least 1 */
	/*
	 * The wake-up descriptor becomes readable when one CPU has taken this
	 * many samples since the last time; 0: there is none.
	 */
	uint32_t wakeup_samples;
	uint32_t rings_max; /* a cap on memory; 0: OOM_GROWTH_RINGS_MAX */
	const struct oom_growth_ops *ops; /* NULL: the kernel's */
};

/* About 20 KiB, the caller's.  Nothing in it is for the caller to change. */
struct oom_growth {
	const struct oom_growth_ops *ops;
	size_t map_len;
	uint64_t period;
	uint32_t n_rings, n_events;
	uint32_t n_cpus_missed; /* went offline, or had no thread to attach */
	bool user_only; /* not allowed to look into the kernel: no in_syscall */
	bool wakes;	/* `wake_fd` is open */
	int wake_fd;
	int fds[OOM_GROWTH_EVENTS_MAX];
	struct oom_growth_ring rings[OOM_GROWTH_RINGS_MAX];
};

/*
 * Attaches to a cgroup v2 folder (open for reading; O_PATH is refused with
 * -EBADF; may be closed afterwards), or to threads that run, by their tids, and
 * to all that they start from now on.  A CPU or thread that is gone is left
 * out, as long as something remains.
 *
 * 0 or -errno, with everything closed again as oom_growth_close() does:
 * -E2BIG more CPUs, or CPUs times threads, than the caps allow; -ENOSYS,
 * -EACCES, -EPERM, -EMFILE, ... as perf_event_open(2) says; -ENOMEM also when
 * mmap(2) says EPERM, for locked memory; -ESRCH, -ENODEV nothing left.
 *
 * Two or three system calls for each CPU and thread (open; map, or join the
 * CPU's ring; epoll_ctl when there is a wake-up).  `growth` need not be
 * initialised.
 */
int oom_growth_open_cgroup(struct oom_growth *growth, int cgroup_fd,
			   const struct oom_growth_cpus *cpus,
			   const struct oom_growth_options *options);
int oom_growth_open_tasks(struct oom_growth *growth, const pid_t *tids,
			  size_t n_tids, const struct oom_growth_cpus *cpus,
			  const struct oom_growth_options *options);

/* A sentence for the administrator's log about what they returned. */
const char *oom_growth_why(int rc);

/* Fine to call twice, and on a struct that is all zero. */
void oom_growth_close(struct oom_growth *growth);

/*
 * Faults for each sample from now on.  Drain before: a sample does not carry
 * its period.  Of attached threads, what they have started already keeps its
 * period.  Three system calls for each event; faults between them are not
 * counted.  0 or the first -errno; -EINVAL for 0.
 */
int oom_growth_set_period(struct oom_growth *growth, uint64_t period);

/*
 * A descriptor for poll(2) (POLLIN), or -1.  Owned by `growth`.  A drain quiets
 * it.
 */
int oom_growth_wake_fd(const struct oom_growth *growth);

/* What a drain could not give as samples. */
struct oom_growth_gaps {
	uint64_t left_out;	    /* samples older than those in `out` */
	uint64_t overwritten_bytes; /* written since the last drain, and gone */
	uint64_t lost;		    /* samples, by the kernel's own word */
	uint32_t throttled; /* times it stopped until the next clock tick */
	uint32_t bad;	    /* records that cannot be */
};

/*
 * The samples since the last drain: the latest `cap` of all CPUs, the oldest
 * first.  Returns their number.  Cost: a pass over what is new, and rings times
 * samples comparisons.  No system call but one for the wake-up descriptor.
 */
size_t oom_growth_drain(struct oom_growth *growth,
			struct oom_growth_sample *out, size_t cap,
			struct oom_growth_gaps *ret_gaps);

/*
 * One event of one thread's page faults, for who may know no more than thread,
 * time and address (they stand in its records, nothing of the kernel): off, until
 * its owner arms it for the next so many (names/faults.h).  A descriptor, which
 * is the caller's, or -errno.
 */
int oom_growth_open_one(pid_t tid);

#endif
