/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process: what /proc says of one process of the step, without ever waiting.
 *
 * Reads only what the kernel answers from its own counters: statm, stat, status,
 * io, schedstat, the links in fd/ and fdinfo/.  None of these reads the process's
 * memory (cmdline and environ do, and hang on a page of a dead file system),
 * takes its mmap lock (maps and smaps do), opens the file behind a descriptor,
 * or asks its file system for attributes.  Kernel: fs/proc/array.c, base.c,
 * fd.c; Documentation/filesystems/proc.rst.
 *
 * No allocation, no locks, no logging: for the recorder's thread.
 */
#ifndef OOM_PROCESS_H
#define OOM_PROCESS_H

#include <sys/types.h>

#include "reading.h"
#include "text.h"

#define OOM_COMM_LEN	     16 /* TASK_COMM_LEN, with its NUL */
#define OOM_PROC_THREADS_MAX 16 /* of which each is looked at */

/* KiB and milliseconds: what a recording keeps. */
struct oom_proc {
	uint32_t pid, ppid;
	uint64_t start_ticks; /* field 22 of stat: tells a reused pid */
	char name[OOM_COMM_LEN];
	uint32_t threads;
	uint64_t virtual_kib;
	uint64_t anon_kib;    /* resident, the process's own */
	uint64_t shared_kib;  /* resident pages of files and shared memory */
	uint64_t data_kib;    /* private writable mappings: asked for */
	uint64_t read_kib;    /* rchar: through read(2), of files or pipes */
	uint64_t written_kib; /* wchar: through write(2), wherever to */
	uint64_t user_ms, system_ms;
	uint64_t faults; /* minor ones: pages that it touched first, mostly */
	/*
	 * Runnable, and no CPU for it; and how often it gave up its CPU itself:
	 * of all threads that live, or of the main thread alone where there are
	 * more than OOM_PROC_THREADS_MAX.
	 */
	uint64_t wait_ms;
	uint64_t sleeps;
};

/* Fills in the sizes from statm alone: 3 system calls.  0 or -errno. */
int oom_proc_sizes(int proc_fd, uint32_t pid, struct oom_proc *ret);

/* Resident pages of shared memory and of files in memory, from status.  False: it
 * does not say, and *ret stays. */
bool oom_proc_shmem(int proc_fd, uint32_t pid, uint64_t *ret_kib);

/*
 * Adds the rest; what cannot be read stays as it was.  0, or -errno when the
 * process is gone.
 */
int oom_proc_detail(int proc_fd, uint32_t pid, struct oom_proc *ret);

/* For tests: the parsers behind them.  0 or -EINVAL. */
int oom_proc_parse_statm(struct oom_proc *ret, struct oom_span text);
int oom_proc_parse_stat(struct oom_proc *ret, struct oom_span text);

#define OOM_FILE_PATH_LEN 96

struct oom_open_file {
	char path[OOM_FILE_PATH_LEN]; /* cut paths keep their end */
	uint64_t position;
	bool writes; /* opened for writing only, or for both */
};

/*
 * The regular files that the process has open, as far as their links tell (a
 * path that is not below /dev, /proc or /sys, or that is in /dev/shm); and its
 * standard input when that is a pipe ("pipe:[INODE]", at position 0).  Looks at
 * 48 descriptors at the most; of more than `max` the furthest read are kept.
 * Returns how many.
 */
unsigned int oom_proc_files(int proc_fd, uint32_t pid,
			    struct oom_open_file *files, unsigned int max);

/* The threads of a process, as far as there is room; returns how many. */
unsigned int oom_proc_threads(int proc_fd, uint32_t pid, pid_t *tids,
			      unsigned int max);

/* The pids in the text of a cgroup.procs; returns how many were put down. */
unsigned int oom_proc_parse_list(struct oom_span text, uint32_t *pids,
				 unsigned int max);

#endif
