// SPDX-License-Identifier: GPL-2.0-or-later
#include "values.h"

#define CLOCK_SLACK_US 1000000 /* printk's clock is another than ours */

/* Days since 1970 to a date (Howard Hinnant's civil_from_days). */
static void set_date(struct oom_values *v, int64_t days)
{
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	struct oom_buf buf = oom_set(v, V_DATE);

	oom_buf_printf(&buf, "%04lld-%02lld-%02lld",
		       (long long)(yoe + era * 400 + (month <= 2)),
		       (long long)month, (long long)day);
}

static void set_times(struct oom_values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	struct oom_reading when = { 0 };
	int64_t offset = f->utc_offset_s;
	char text[OOM_DURATION_LEN];
	struct oom_buf buf;

	if (d->report)
		when = d->report->when_us;
	/* The recorder's clock is ours, printk's may be off by some. */
	if (f->history.record.n_moments && f->start_mono_us.known)
		when = oom_known(f->start_mono_us.value +
				 (uint64_t)f->history.record.moments[0].at_ms *
					 1000);
	/* A clock that puts it outside of the step's life is not believed. */
	if ((f->start_mono_us.known &&
	     when.value + CLOCK_SLACK_US < f->start_mono_us.value) ||
	    (f->now_mono_us.known &&
	     when.value > f->now_mono_us.value + CLOCK_SLACK_US))
		when.known = false;
	oom_set_text(v, V_ELAPSED, "");
	oom_set_text(v, V_ELAPSED_OF_STEP, "");
	if (when.known && f->start_mono_us.known &&
	    when.value >= f->start_mono_us.value) {
		(void)oom_format_duration(
			(when.value - f->start_mono_us.value) / 1000, text);
		buf = oom_set(v, V_ELAPSED);
		oom_buf_printf(&buf, ", %s after it began", text);
		buf = oom_set(v, V_ELAPSED_OF_STEP);
		oom_buf_printf(&buf, ", %s after the step began", text);
	}
	/* No place on earth is further from UTC than 14 hours. */
	if (offset < -50400 || offset > 50400)
		offset = 0;
	if (when.known && f->now_real_s.known && f->now_mono_us.known &&
	    f->now_real_s.value < INT64_MAX / 2 &&
	    f->now_mono_us.value >= when.value) {
		uint64_t ago_us = f->now_mono_us.value - when.value;
		uint64_t part_us = oom_value_or(f->now_real_ns, 0) / 1000;
		/* Rounded down, whatever part of a second it is now. */
		int64_t local =
			(int64_t)f->now_real_s.value + offset -
			(int64_t)(ago_us / 1000000) -
			(ago_us % 1000000 > part_us && f->now_real_ns.known);
		int64_t of_day = local % 86400;

		if (local < 0)
			return;
		buf = oom_set(v, V_TIME);
		oom_buf_printf(&buf, "%02d:%02d:%02d", (int)(of_day / 3600),
			       (int)(of_day / 60 % 60), (int)(of_day % 60));
		set_date(v, local / 86400);
	}
}

void oom_set_step(struct oom_values *v, const struct oom_findings *f)
{
	struct oom_buf buf = oom_set(v, V_STEP_TEXT);
	bool number = f->step[0] >= '0' && f->step[0] <= '9';

	oom_buf_puts(&buf, !f->step[0] ? "a step" : number ? "step " : "the ");
	oom_add_name(&buf, f->step, OOM_STEP_LEN);
	oom_buf_puts(&buf, f->step[0] && !number ? " step" : "");
	if (f->node[0])
		oom_set_name(v, V_NODE, f->node);
	else
		oom_set_text(v, V_NODE, "this node");
}

/* The rank that lost a process, when it is one and the step has several. */
static struct oom_reading victim_rank(const struct oom_findings *f,
				      const struct oom_diagnosis *d)
{
	struct oom_reading rank = { 0 };
	unsigned int hit = 0;

	if (!oom_exceeds(f->total_tasks, 1))
		return rank;
	for (unsigned int i = 0; i < f->n_tasks; i++) {
		const struct oom_task *t = &f->tasks[i];

		if (d->report && t->pid.known &&
		    t->pid.value == d->report->victim.pid)
			return t->rank;
		if (oom_exceeds(t->kills, 0)) {
			rank = t->rank;
			hit++;
		}
	}
	if (hit != 1)
		rank.known = false;
	return rank;
}

static void set_victim(struct oom_values *v, const struct oom_findings *f,
		       const struct oom_diagnosis *d)
{
	struct oom_reading rank = victim_rank(f, d);

	if (oom_exceeds(d->kills, 1))
		oom_set_number(v, V_KILLS_MANY, d->kills.value);
	oom_set_text(v, V_RANK_TEXT, "");
	if (rank.known) {
		struct oom_buf buf = oom_set(v, V_RANK_TEXT);

		oom_buf_printf(&buf, ", rank %llu",
			       (unsigned long long)rank.value);
	}
	if (!d->report)
		return;
	/* Reports may be missing: rate-limited, or lost from the ring. */
	oom_set_text(v, V_FIRST,
		     d->kills.value == f->log.n_reports ? "first"
							: "among them");
	oom_set_name(v, V_VICTIM, d->report->victim.name);
	oom_set_number(v, V_PID, d->report->victim.pid);
}

static void set_option(struct oom_values *v, const struct oom_findings *f,
		       const struct oom_request *r)
{
	struct oom_buf buf = oom_set(v, V_OPTION_TEXT);
	char text[OOM_OPTION_LEN];
	struct oom_reading mib = f->mem_per_node_mib;

	if (r->step) {
		oom_buf_puts(&buf, " (srun's, below the job's)");
		return;
	}
	if (r->option == OOM_MEM_PER_CPU)
		mib = f->mem_per_cpu_mib;
	else if (r->option == OOM_MEM_PER_GPU)
		mib = f->mem_per_gpu_mib;
	if (!oom_exceeds(mib, 0) || mib.value > UINT64_MAX >> 20)
		return;
	oom_buf_printf(&buf, " (%s=%s", oom_option_names[r->option],
		       oom_format_option(mib.value << 20, text));
	if (r->option_parts > 1)
		oom_buf_printf(&buf, " for each of %llu %ss",
			       (unsigned long long)r->option_parts,
			       r->option == OOM_MEM_PER_CPU ? "CPU" : "GPU");
	oom_buf_puts(&buf, ")");
}

/* Whose memory it was that ran out, outside of the job. */
static void set_where(struct oom_values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	enum oom_value which = V_WHOLE_NODE;

	if (d->inferred)
		which = V_INFERRED_NODE;
	else if (d->report->constraint == OOM_CONSTRAINT_NUMA)
		which = V_NUMA_NODE;
	else if (d->report->constraint == OOM_CONSTRAINT_MEMCG)
		which = V_SHARED_NODE;
	oom_set_name(v, which, f->node[0] ? f->node : "this node");
}

static void set_limits(struct oom_values *v, const struct oom_findings *f,
		       const struct oom_diagnosis *d,
		       const struct oom_request *r)
{
	oom_set_bytes(v, V_LIMIT, d->limit_bytes);
	oom_set_bytes(v, V_PEAK, d->peak_bytes);
	oom_set_bytes(v, V_USAGE, d->usage_bytes);
	if (d->peak_bytes.known && d->limit_bytes.known &&
	    d->limit_bytes.value >= 1024)
		oom_set_number(v, V_PEAK_PERCENT,
			       d->peak_bytes.value / 1024 * 100 /
				       (d->limit_bytes.value / 1024));
	if (d->cause == OOM_CAUSE_NODE_OOM)
		oom_set_bytes(v, V_NODE_OOM_LIMIT, d->limit_bytes);
	else if (d->limit_level == OOM_LEVELS)
		v->known[V_ELAPSED_OF_STEP] = false;
	else if (r->step)
		oom_set_bytes(v, V_STEP_LIMIT, d->limit_bytes);
	else
		oom_set_bytes(v, V_JOB_LIMIT, d->limit_bytes);
	if (!d->node_limit)
		v->known[V_ELAPSED_OF_STEP] = false;
	else
		set_where(v, f, d);
	if (d->kills.known)
		oom_set_name(v, V_HEALTHY_NODE,
			     f->node[0] ? f->node : "this node");
	set_option(v, f, r);
	/* At a kill the peak is the limit: it tells nothing of the need. */
	oom_set_text(v, V_NEED_UNKNOWN,
		     r->reason == OOM_REQUEST_GUESS ||
				     r->reason == OOM_REQUEST_NODE_FULL ||
				     r->reason == OOM_REQUEST_NO_LIMIT
			     ? " It needed more; how much more is not known."
			     : "");
}

static void add_part(struct oom_buf *buf, const char *name,
		     struct oom_reading bytes)
{
	char text[OOM_BYTES_LEN];

	if (!bytes.known)
		return;
	oom_buf_printf(buf, "%s%s %s", buf->len ? ", " : "",
		       oom_format_bytes(bytes.value, text), name);
}

static void set_composition(struct oom_values *v, const struct oom_level *job)
{
	struct oom_buf buf = oom_set(v, V_COMPOSITION);
	struct oom_reading file = job->file_bytes;

	/* "file" holds shmem too; shown apart, nothing counts twice. */
	if (file.known && job->shmem_bytes.known)
		file.value -= job->shmem_bytes.value < file.value
				      ? job->shmem_bytes.value
				      : file.value;
	add_part(&buf, "of programs", job->anon_bytes);
	add_part(&buf, "of file cache", file);
	add_part(&buf, "of files in memory", job->shmem_bytes);
	add_part(&buf, "of the kernel", job->kernel_bytes);
	v->known[V_COMPOSITION] = buf.len > 0;
}

void oom_set_incident(struct oom_values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d,
		      const struct oom_request *r)
{
	oom_set_step(v, f);
	set_times(v, f, d);
	set_victim(v, f, d);
	set_limits(v, f, d, r);
	set_composition(v, &f->levels[OOM_LEVEL_JOB]);
}
