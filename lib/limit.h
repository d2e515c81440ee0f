/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * limit: whose limit was reached, from the kernel's report, or without one from
 * the counters: `oom` counts where the limit was, a peak that reached it tells
 * the rest.  Pure.
 */
#ifndef OOM_LIMIT_H
#define OOM_LIMIT_H

#include "diagnose.h"

/*
 * Fills in limit_level, limit_bytes, peak_bytes, usage_bytes and node_limit.
 * Needs diagnosis->kills and ->report.
 */
void oom_find_limit(const struct oom_findings *findings,
		    struct oom_diagnosis *diagnosis);

#endif
