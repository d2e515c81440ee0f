/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faults: the moment at which a thread touches new memory.
 *
 * Through a perf event of its page faults, which the recorder opened
 * (growth.h, oom_growth_open_one()): armed for the next so many faults, it
 * wakes once and is off again.  To wait costs nothing, and where the thread is
 * when it wakes is where it grows: by the clock alone one sees where time goes.
 *
 * The kernel's own ring of one page; it holds thread and address, and only this
 * program's user could have spoilt it.
 */
#ifndef NAMES_FAULTS_H
#define NAMES_FAULTS_H

#include <stdint.h>

/* All zero but fd -1: none. */
struct names_faults {
	int fd;
	void *map;
	uint64_t count; /* at the last wait's end */
};

struct names_fault {
	uint32_t tid;
	uint64_t address;
};

/* Takes over `fd`, whatever it is; -1 is fine.  0 or -1. */
int names_faults_open(struct names_faults *faults, int fd);

/*
 * Until the `after`th fault from now, or for so many ms, or until `stop_fd` can
 * be read.  1: it is there; 0: not; -1: stopped, or this is no such event.
 * *ret_seen: so many faults were there meanwhile.
 */
int names_faults_await(struct names_faults *faults, uint64_t after, int stop_fd,
		       int ms, struct names_fault *ret, uint64_t *ret_seen);

/* Fine to call twice. */
void names_faults_close(struct names_faults *faults);

#endif
