// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose.h"

#include <string.h>

#include "limit.h"
#include "rules.h"

const char *const oom_cause_names[OOM_CAUSES] = {
	[OOM_CAUSE_NONE] = "none",
	[OOM_CAUSE_UNDER_ALLOCATION] = "under-allocation",
	[OOM_CAUSE_WHOLE_FILE_LOAD] = "whole-file-load",
	[OOM_CAUSE_WORKER_COPIES] = "worker-copies",
	[OOM_CAUSE_LEAK] = "leak",
	[OOM_CAUSE_RANK0_BOTTLENECK] = "rank0-bottleneck",
	[OOM_CAUSE_RANK_IMBALANCE] = "rank-imbalance",
	[OOM_CAUSE_TMPFS] = "tmpfs",
	[OOM_CAUSE_SUDDEN_ALLOCATION] = "sudden-allocation",
	[OOM_CAUSE_JVM] = "jvm",
	[OOM_CAUSE_NODE_OOM] = "node-oom",
	[OOM_CAUSE_UNDETERMINED] = "undetermined",
};

const char *const oom_confidence_names[] = {
	[OOM_LOW] = "low",
	[OOM_MEDIUM] = "medium",
	[OOM_HIGH] = "high",
};

/* Other users' processes stand in a node's report: they are not shown. */
static bool is_users(const struct oom_findings *f, const struct oom_process *p)
{
	return f->uid.known && p->uid == f->uid.value;
}

static void find_top(const struct oom_findings *f, struct oom_diagnosis *d)
{
	for (unsigned int i = 0; d->report && i < d->report->n_rows; i++) {
		const struct oom_process *p =
			&f->log.rows[d->report->first_row + i];
		unsigned int at;

		if (!is_users(f, p))
			continue;
		for (at = 0; at < d->n_top; at++)
			if (oom_row_bytes(p) > oom_row_bytes(d->top[at]))
				break;
		if (at == OOM_TOP)
			continue;
		if (d->n_top < OOM_TOP)
			d->n_top++;
		memmove(&d->top[at + 1], &d->top[at],
			(d->n_top - 1 - at) * sizeof(d->top[0]));
		d->top[at] = p;
	}
	/* No table: the victim is the one process that the kernel named. */
	if (!d->n_top && d->report && d->report->victim.rss_bytes.known)
		d->top[d->n_top++] = &d->report->victim;
}

static void find_grower(const struct oom_findings *f, struct oom_diagnosis *d)
{
	d->grower = oom_history_grower(f, d->report, &d->members,
				       &d->grower_percent);
	if (d->grower)
		d->shape_known =
			oom_history_shape(f, d->report, d->grower, &d->shape);
}

void oom_diagnose(const struct oom_findings *f, struct oom_diagnosis *d)
{
	/* In this order: the composition first, then who, then how. */
	static const struct {
		bool (*stands)(const struct oom_findings *f,
			       struct oom_diagnosis *d);
		enum oom_cause cause;
	} rules[] = {
		{ oom_is_node, OOM_CAUSE_NODE_OOM },
		{ oom_is_tmpfs, OOM_CAUSE_TMPFS },
		{ oom_is_rank, OOM_CAUSE_RANK_IMBALANCE },
		{ oom_is_jvm, OOM_CAUSE_JVM },
		{ oom_is_workers, OOM_CAUSE_WORKER_COPIES },
		{ oom_is_several, OOM_CAUSE_UNDER_ALLOCATION },
		{ oom_is_load, OOM_CAUSE_WHOLE_FILE_LOAD },
		{ oom_is_sudden, OOM_CAUSE_SUDDEN_ALLOCATION },
		{ oom_is_leak, OOM_CAUSE_LEAK },
		{ oom_is_need, OOM_CAUSE_UNDER_ALLOCATION },
	};

	memset(d, 0, sizeof(*d));
	d->file = d->tmpfs_file = -1;
	d->kills = oom_findings_kills(f);
	if (f->log.n_reports)
		d->report = &f->log.reports[0];
	oom_find_limit(f, d);
	if (!oom_exceeds(d->kills, 0)) {
		d->cause = OOM_CAUSE_NONE;
		d->confidence = d->kills.known ? OOM_HIGH : OOM_LOW;
		return;
	}
	find_top(f, d);
	oom_members_find(f, d->report, &d->members);
	find_grower(f, d);
	d->cause = OOM_CAUSE_UNDETERMINED;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].stands(f, d)) {
			d->cause = rules[i].cause;
			break;
		}
	if (d->cause == OOM_CAUSE_RANK_IMBALANCE && !d->rank.rank)
		d->cause = OOM_CAUSE_RANK0_BOTTLENECK;
	if (d->cause == OOM_CAUSE_UNDETERMINED)
		d->confidence = OOM_LOW;
}
