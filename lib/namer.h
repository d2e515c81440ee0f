/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * namer: the recorder's line to the program that gives code its names
 * (names/main.c), which runs as the job's user beside the step.
 *
 * The program does what could wait for ever or be deceived: the lists of
 * mappings (the process's mmap lock), its memory (a page on a dead file system,
 * userfaultfd), ELF files.  Nothing here waits for it: packets that do not fit
 * are dropped, answers are taken when they are there.
 *
 * It lives outside of the job's cgroup, where the user has other processes for
 * the asking, but bounded: OOM_NAMER_MEMORY of address space, a few seconds of CPU time, no
 * further process, and it ends with the recorder's thread.
 *
 * A process's files in /proc are opened with the user's rights and no
 * capability, as if the user did it: root could be shown the memory of a
 * set-user-ID program, or of somebody else whose pid is the same by now.  (A
 * Yama scope of 1 allows it: the tasks descend from slurmstepd.  Kernel:
 * ptrace_may_access() and proc_mem_open(), which check when opened and keep
 * the memory of that moment.)
 *
 * For one thread, the recorder's; no locks, no allocation, no logging.
 */
#ifndef OOM_NAMER_H
#define OOM_NAMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "text.h"

#define OOM_NAMER_PACKET    4096
#define OOM_NAMER_ADDRESSES 8
#define OOM_NAMER_MEMORY    (512ULL << 20) /* address space */

struct oom_namer {
	int socket_fd; /* -1: it does not run */
	pid_t pid;
};

struct oom_namer_spec {
	int program_fd;	      /* the program, O_PATH; stays the caller's */
	int proc_fd, home_fd; /* as in struct oom_child */
	uint32_t uid, gid, n_gids;
	const uint32_t *gids;
};

/* 0 or -errno; *namer need not be initialised. */
int oom_namer_start(struct oom_namer *namer, const struct oom_namer_spec *spec);

/* Has it look at a process of the user's.  0 or -errno. */
int oom_namer_look(const struct oom_namer *namer,
		   const struct oom_namer_spec *spec, uint32_t pid);

/* Asks for the names of up to OOM_NAMER_ADDRESSES addresses; 0 ends them. */
int oom_namer_ask(const struct oom_namer *namer, uint32_t pid,
		  const uint64_t *addresses, size_t n);

/* One answer, or nothing (len 0).  The user's bytes. */
struct oom_span oom_namer_take(const struct oom_namer *namer,
			       char buf[OOM_NAMER_PACKET]);

void oom_namer_stop(struct oom_namer *namer);

#endif
