/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * looks: where in its Python code a process is while it grows.
 *
 * Where the kernel tells of page faults, at one of the next ones: it is waited
 * for, by as many processes as were asked for (faults.h), and what was seen
 * touched is watched (watches.h).  Else by the clock: a thread that sleeps, or
 * waits for a CPU, is looked at until it does not, for a while.  Of files in
 * memory, when something was written.
 *
 * Answers go to the socket, when they are there: namer.h has the packets.  For
 * one thread.
 */
#ifndef NAMES_LOOKS_H
#define NAMES_LOOKS_H

#include <poll.h>

#include "processes.h"
#include "watches.h"

struct names_looks {
	int socket_fd;
	struct names_processes processes;
	struct names_watches watches;
	/* The rest is its own. */
	unsigned int spread, seed;
	uint64_t start_ms, waited_ms;
};

void names_looks_begin(struct names_looks *looks, int socket_fd);

/* "look PID WHAT", with these descriptors, which it takes over; `fault_fd` may be
 * -1.  False: that is no question, and they are still the caller's. */
bool names_look(struct names_looks *looks, uint32_t pid, const char *what,
		const int fds[2], int fault_fd);

/* Who is waited for: the descriptors, when to check at the latest (UINT64_MAX:
 * nobody is), and the check. */
void names_looks_fds(const struct names_looks *looks,
		     struct pollfd fds[NAMES_PROCESSES_MAX]);
uint64_t names_looks_due(const struct names_looks *looks);
void names_looks_check(struct names_looks *looks,
		       const struct pollfd fds[NAMES_PROCESSES_MAX]);

/* All who are waited for are told now, as far as they were seen. */
void names_looks_hurry(struct names_looks *looks);

/* A packet of so many bytes, dropped when nobody takes it. */
void names_answer(const struct names_looks *looks, const char *text, int len);

#endif
