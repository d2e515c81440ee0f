// SPDX-License-Identifier: GPL-2.0-or-later
#include "clock.h"

#include <time.h>

uint64_t names_now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
