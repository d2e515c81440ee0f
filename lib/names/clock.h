/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock: microseconds of CLOCK_MONOTONIC, which page faults carry (faults.h). */
#ifndef NAMES_CLOCK_H
#define NAMES_CLOCK_H

#include <stdint.h>

uint64_t names_now_us(void);

#endif
