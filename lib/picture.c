// SPDX-License-Identifier: GPL-2.0-or-later
#include "picture.h"

#include "plot.h"

bool oom_picture(const struct oom_findings *f, const struct oom_diagnosis *d,
		 struct oom_buf *out)
{
	const struct oom_record *r = &f->history.record;
	struct oom_plot_point points[2 * OOM_SERIES_MAX + 1];
	struct oom_plot plot = { .points = points,
				 .limit_bytes = d->limit_bytes };
	struct oom_reading kill = oom_kill_ms(f, d->report);
	const uint32_t recent = r->recent.n ? r->recent.points[0].at_ms
					    : UINT32_MAX;
	uint32_t i = 0, j = 0;

	/* All of it coarsely, the end of it as closely as it was seen. */
	for (; i < r->whole.n && r->whole.points[i].at_ms < recent; i++)
		points[plot.n++] = (struct oom_plot_point){
			r->whole.points[i].at_ms,
			(uint64_t)r->whole.points[i].job_kib * 1024
		};
	for (; j < r->recent.n; j++) {
		if (kill.known && d->usage_bytes.known &&
		    r->recent.points[j].at_ms >= kill.value &&
		    (!j || r->recent.points[j - 1].at_ms < kill.value))
			points[plot.n++] =
				(struct oom_plot_point){ kill.value,
							 d->usage_bytes.value };
		points[plot.n++] = (struct oom_plot_point){
			r->recent.points[j].at_ms,
			(uint64_t)r->recent.points[j].job_kib * 1024
		};
	}
	if (!plot.n)
		return false;
	plot.end_ms = points[plot.n - 1].at_ms;
	if (kill.known) {
		plot.kill_at_ms[0] = kill;
		for (uint32_t k = 1; k < r->n_moments && k < OOM_PLOT_KILLS;
		     k++)
			plot.kill_at_ms[k] = oom_known(r->moments[k].at_ms);
		/* What came long after the last kill is another story. */
		if (r->n_moments <= 1 && plot.end_ms < kill.value)
			plot.end_ms = kill.value;
	}
	return oom_plot(&plot, out);
}
