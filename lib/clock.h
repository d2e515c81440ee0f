/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock: the clocks that everything here is timed with.  Thread-safe, and
 * no system call where the kernel offers a vDSO.
 */
#ifndef OOM_CLOCK_H
#define OOM_CLOCK_H

#include <stdint.h>

/*
 * Microseconds of CLOCK_MONOTONIC_RAW: NTP steers neither it nor printk's
 * clock, while CLOCK_MONOTONIC drifts off by seconds a day.
 */
uint64_t oom_now_us(void);

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t oom_now_ms(void);

/* Nanoseconds since boot, suspension included: the clock of processes' starts. */
uint64_t oom_boottime_ns(void);

/* When this machine was booted, in seconds of its clock on the wall. */
int64_t oom_boot_moment_s(void);

#endif
