/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * job_end: what is left of a job on this node when it has ended.
 *
 * For SPANK's job epilog and the epilog program, as root.  Needs nothing but
 * the spool files: slurmstepd is gone, and may have died without a word.
 */
#ifndef OOM_JOB_END_H
#define OOM_JOB_END_H

#include "spool.h"

/*
 * Writes the blocks that nobody could write into the job's output file, as the
 * job's user, and removes the job's spool files.  Those of steps that still
 * run are left alone.  `node` may be NULL: any node's of this machine.  Waits
 * for its child for five seconds, for another step's slow one for ten in all,
 * for a slurmstepd that is just going for two.  The number of blocks written,
 * or -errno; -ENOSPC: there was no place for some.
 */
int oom_job_ended(const struct oom_roots *roots, uint32_t job_id,
		  const char *node);

#endif
