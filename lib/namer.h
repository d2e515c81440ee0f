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
 * the asking, but bounded: OOM_NAMER_MEMORY of address space, a few seconds of
 * CPU time, no further process.  It is nobody's child (child.h), and ends when
 * its socket does: with oom_namer_stop(), or with slurmstepd.
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

#include "child.h"
#include "text.h"

/* What a process has grown by. */
enum oom_grown {
	OOM_GROWN_OWN,	   /* memory of its own */
	OOM_GROWN_MAPPED,  /* shared memory, or files in memory, that it maps */
	OOM_GROWN_WRITTEN, /* files in memory that it writes to */
	OOM_GROWN_KINDS
};

#define OOM_NAMER_PACKET    4096
#define OOM_NAMER_CHAIN	    48		   /* addresses, as NAMES_CHAIN_MAX */
#define OOM_NAMER_REGISTERS 3		   /* 't', 's' and 'b' */
#define OOM_NAMER_MEMORY    (512ULL << 20) /* address space */

/*
 * Packets to it, and its answers (TEXT: names/place.h):
 *   look PID FAULTS [mapped | written], with descriptors of maps and mem, and if
 *			there is one, of its page faults (growth.h,
 *			oom_growth_open_one()): it has grown, with about so many
 *			page faults since the last look (0: not known), by memory
 *			of its own, or see enum oom_grown
 *     python PID TEXT	where it computes; if the faults told: where it grows
 *     gone PID TEXT	some time later, or never: what was touched there is not
 *			the process's any more, or
 *     given PID TEXT	is free in its heap
 *     asleep PID TEXT	where it sleeps or waits
 *     java PID BYTES	(and "nothing") what a JVM's heap may become: names/java.h;
 *     javaenv PID BYTES	by its environment
 *     javaown PID BYTES	by the address space set aside
 *     nothing PID	no Python, or it does not show
 *   name PID [t7f12] [s7ffe b7fff] l55aa c55bb w55cc ...
 *			where known, the address touched, what the stack's and the
 *			frame's register held; then a chain, inner to outer: the
 *			leaf, callers, all words of the stack's top
 *     place PID LEAF TEXT
 *     nothing PID LEAF
 *   watch PID SITE ADDRESS
 *			what a place in the code touched last
 *     free PID SITE	some time later, or never: what that place touches is
 *			free at other times (names/heap.h)
 *     away PID SITE	not the process's any more
 *   hurry		what is known of all looks is told now, which else wait for
 *			a page fault
 * Names in order, all else when it is known; a packet that it does not understand
 * has no answer.
 */
struct oom_namer {
	int socket_fd; /* -1: it does not run */
	struct oom_child_ref program;
};

/* One frame of a chain: see enum names_frame. */
struct oom_namer_frame {
	char kind; /* 't', 's', 'b', 'l', 'c', 'w' */
	uint64_t address;
};

struct oom_namer_spec {
	int program_fd;	      /* the program, O_PATH; stays the caller's */
	int proc_fd, home_fd; /* as in struct oom_child */
	uint32_t uid, gid, n_gids;
	const uint32_t *gids;
};

/* 0 or -errno; *namer need not be initialised. */
int oom_namer_start(struct oom_namer *namer, const struct oom_namer_spec *spec);

/* Has it look at a process of the user's that has grown; `fault_fd` (-1: none)
 * stays the caller's.  0 or -errno. */
int oom_namer_look(const struct oom_namer *namer,
		   const struct oom_namer_spec *spec, uint32_t pid,
		   enum oom_grown by, uint64_t faults, int fault_fd);

/* Asks what place that is.  0 or -errno. */
int oom_namer_ask(const struct oom_namer *namer, uint32_t pid,
		  const struct oom_namer_frame *frames, size_t n);

/* Has it watch what that site touched.  0 or -errno. */
int oom_namer_watch(const struct oom_namer *namer, uint32_t pid, uint64_t site,
		    uint64_t address);

/* Has it answer all looks with what it has.  0 or -errno. */
int oom_namer_hurry(const struct oom_namer *namer);

/*
 * One answer, or nothing (len 0): the user's bytes.  A program that is gone has
 * its socket closed: what is readable for ever would keep its poller awake.
 */
struct oom_span oom_namer_take(struct oom_namer *namer,
			       char buf[OOM_NAMER_PACKET]);

/* Fine to call twice. */
void oom_namer_stop(struct oom_namer *namer);

#endif
