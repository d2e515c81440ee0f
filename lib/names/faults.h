/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faults: the moment at which a thread touches new memory.
 *
 * Through a perf event of its page faults, which the recorder opened
 * (growth.h, oom_growth_open_one()): armed for the next so many faults, it
 * wakes once and is off again.  To wait costs nothing, and where the thread is
 * when it wakes is where it grows: by the clock alone one sees where time goes.
 *
 * The kernel's own ring of one page; it holds thread, time and address, and only
 * this program's user could have spoilt it.
 */
#ifndef NAMES_FAULTS_H
#define NAMES_FAULTS_H

#include <stdint.h>

/* All zero: none. */
struct names_faults {
	int fd; /* to be polled for POLLIN, while there is a map */
	void *map;
	uint64_t count; /* at the last arming */
};

struct names_fault {
	uint32_t tid;
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	uint64_t address;
};

/* Takes over `fd`, whatever it is; -1 is fine.  0 or -1. */
int names_faults_open(struct names_faults *faults, int fd);

/* It wakes at the `after`th fault from now.  0; -1: this is no such event. */
int names_faults_arm(struct names_faults *faults, uint64_t after);

/*
 * Off again; so many faults were there since it was armed.  Fewer than `after`:
 * it has not woken, and *ret is not changed; UINT64_MAX: nor does it say so.
 */
uint64_t names_faults_take(struct names_faults *faults, uint64_t after,
			   struct names_fault *ret);

/* Fine to call twice. */
void names_faults_close(struct names_faults *faults);

#endif
