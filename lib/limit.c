// SPDX-License-Identifier: GPL-2.0-or-later
#include "limit.h"

#include <string.h>

#include "rules.h"

static bool is_level(const struct oom_findings *f, enum oom_level_kind kind,
		     const char *kernel_path)
{
	const char *path = f->levels[kind].path;
	size_t len = strlen(kernel_path), own = strlen(path);

	/* A cgroup namespace shows us less of the path than the kernel does. */
	return own && len >= own && !strcmp(kernel_path + len - own, path);
}

void oom_find_limit(const struct oom_findings *f, struct oom_diagnosis *d)
{
	enum oom_level_kind kind = OOM_LEVELS;
	bool nested = false, guess;

	if (d->report && d->report->constraint != OOM_CONSTRAINT_UNKNOWN) {
		const struct oom_report *r = d->report;

		for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++)
			if (is_level(f, i, r->oom_memcg))
				kind = i;
		/*
		 * Neither the job's nor below it: the node, or a cgroup above
		 * the job.  A memcg kill without a path was rate-limited.
		 */
		nested = oom_kernel_path_within(r->oom_memcg,
						f->levels[OOM_LEVEL_STEP].path);
		d->node_limit =
			r->constraint != OOM_CONSTRAINT_MEMCG ||
			(kind == OOM_LEVELS && r->oom_memcg[0] && !nested);
		/* A cgroup inside the step, a container's: no level of ours. */
		nested = nested && kind == OOM_LEVELS;
	}
	/* Nothing to guess where nothing was killed. */
	guess = !d->node_limit && !nested && oom_exceeds(d->kills, 0);
	/* No report: `oom` counts where the limit was, and in its ancestors. */
	for (int i = OOM_LEVEL_USER;
	     i < OOM_LEVELS && kind == OOM_LEVELS && guess; i++)
		if (oom_limited(f->levels[i].limit_bytes) &&
		    oom_exceeds(f->levels[i].oom, 0))
			kind = i;
	/* Nor that (v1 has no such counter): the limit that its peak reached. */
	for (int i = OOM_LEVEL_JOB;
	     i >= OOM_LEVEL_USER && kind == OOM_LEVELS && guess; i--)
		if (oom_limited(f->levels[i].limit_bytes) &&
		    f->levels[i].peak_bytes.known &&
		    oom_at_least(f->levels[i].peak_bytes.value, LIMIT_NEAR,
				 f->levels[i].limit_bytes.value))
			kind = i;
	d->limit_level = kind;
	/* A healthy step, or the node: the job's numbers are the interesting. */
	if (kind == OOM_LEVELS)
		kind = OOM_LEVEL_JOB;
	if (nested) {
		d->limit_bytes = d->report->memory.limit_bytes;
		d->usage_bytes = d->peak_bytes = d->report->memory.usage_bytes;
		return;
	}
	d->limit_bytes = f->levels[kind].limit_bytes;
	if (!oom_limited(d->limit_bytes))
		d->limit_bytes.known = false;
	d->peak_bytes = f->levels[kind].peak_bytes;
	if (d->report && !d->node_limit) {
		const struct oom_level *memory = &d->report->memory;

		if (!d->limit_bytes.known && oom_limited(memory->limit_bytes))
			d->limit_bytes = memory->limit_bytes;
		d->usage_bytes = memory->usage_bytes;
		/* Kernels before 5.19 keep no peak on v2. */
		if (!d->peak_bytes.known)
			d->peak_bytes = memory->usage_bytes;
	}
	if (!d->usage_bytes.known && !d->node_limit && d->kills.value)
		d->usage_bytes = d->limit_bytes;
}
