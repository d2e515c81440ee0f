// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oom-epilog: the job epilog as a program, for slurm.conf's Epilog= where the
 * site does not want it from SPANK (or wants both: the first one finds it all).
 *
 * Reads SLURM_JOB_ID and SLURMD_NODENAME, as slurmd sets them for an Epilog.
 * Exits 0 whatever happens: another status would drain the node.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/job_end.h"
#include "../lib/text.h"

int main(void)
{
	static const struct oom_roots roots = {
		.proc = "/proc",
		.run = "/run",
		.kmsg = "/dev/kmsg",
	};
	const char *job = getenv("SLURM_JOB_ID");
	uint64_t job_id;
	int rc;

	if (oom_parse_u64(oom_span(job), &job_id) || job_id > UINT32_MAX) {
		(void)fprintf(stderr,
			      "oom-epilog: SLURM_JOB_ID is not set to a "
			      "job's number: nothing done\n");
		return 0;
	}
	rc = oom_job_ended(&roots, (uint32_t)job_id, getenv("SLURMD_NODENAME"));
	if (rc < 0)
		(void)fprintf(stderr, "oom-epilog: job %s: %s\n", job,
			      strerror(-rc));
	return 0;
}
