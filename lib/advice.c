// SPDX-License-Identifier: GPL-2.0-or-later
#include "advice.h"

#include <stdio.h>
#include <string.h>

#include "plot.h"
#include "wording.h"

#define TEXT_WIDTH     76
#define RULE_WIDTH     72
#define VALUE_MAX      200
#define NAME_SHOWN     24 /* of a process's name */
#define MACHINE_MAX    640
#define CLOCK_SLACK_US 1000000 /* printk's clock is another than ours */

/* ---- the values behind the {names} of wording.c ---- */

enum value {
	V_HEADLINE,
	V_KILLS_MANY,
	V_VICTIM,
	V_PID,
	V_RANK_TEXT,
	V_TIME,
	V_DATE,
	V_STEP_TEXT,
	V_NODE,
	V_ELAPSED,
	V_ELAPSED_OF_STEP,
	V_STEP_LIMIT,
	V_JOB_LIMIT,
	V_NODE_OOM_LIMIT,
	V_OPTION_TEXT,
	V_LIMIT,
	V_PEAK,
	V_PEAK_PERCENT,
	V_USAGE,
	V_COMPOSITION,
	V_PROCESSES,
	V_PROCESSES_RSS,
	V_LARGEST,
	V_LARGEST_BYTES,
	V_GUESS,
	V_PASTE,
	V_NO_MORE,
	V_WORKERS,
	V_WORKER,
	V_WORKER_BYTES,
	V_WORKERS_BYTES,
	V_WORKERS_SHARE,
	V_WORKERS_FIT,
	V_RANK,
	V_RANK_BYTES,
	V_RANK_OTHERS,
	V_RANK_OTHERS_BYTES,
	V_SHMEM,
	V_SHMEM_LEFT,
	V_JAVA_HEAP_FIT,
	V_JAVA_HEAP_FIT_IN_ARGV,
	V_N_PROCESSES,
	V_JOB_OUTPUT,
	V_FIRST,
	V_WHOLE_NODE,
	V_NUMA_NODE,
	V_SHARED_NODE,
	V_INFERRED_NODE,
	V_HEALTHY_NODE,
	V_SHMEM_END,
	V_JAVA_HEAP_ARGV,
	V_JAVA_HEAP_ENV,
	V_GROWER,
	V_GROWER_BYTES,
	V_GROWN,
	V_GROW_TIME,
	V_PACE,
	V_ASKED,
	V_SEVERAL,
	V_SEVERAL_NAMES,
	V_CHUNK,
	V_STAGES,
	V_REQUEST,
	V_TWIN_FILE,
	V_PART_FILE,
	V_WHOLE_FILE,
	V_FILE,
	V_FILE_SIZE,
	V_FILE_READ,
	V_READ,
	V_FALLS,
	V_FLOOR,
	V_TWICE_TIME,
	V_ONCE_TIME,
	V_WORKERS_OWN,
	V_OTHER,
	V_OTHER_PID,
	V_OTHER_GROWN,
	V_SLOW_TIME,
	V_STEADY_TIME,
	V_NEED_UNKNOWN,
	V_JOB,
	V_RANKS,
	V_RANK_EACH,
	V_TMPFS_FILE,
	V_TMPFS_BYTES,
	V_TMPFS_WRITER,
	VALUES
};

static const char *const value_names[VALUES] = {
	[V_HEADLINE] = "headline",
	[V_KILLS_MANY] = "kills_many",
	[V_VICTIM] = "victim",
	[V_PID] = "pid",
	[V_RANK_TEXT] = "rank_text",
	[V_TIME] = "time",
	[V_DATE] = "date",
	[V_STEP_TEXT] = "step_text",
	[V_NODE] = "node",
	[V_ELAPSED] = "elapsed",
	[V_ELAPSED_OF_STEP] = "elapsed_of_step",
	[V_STEP_LIMIT] = "step_limit",
	[V_JOB_LIMIT] = "job_limit",
	[V_NODE_OOM_LIMIT] = "node_oom_limit",
	[V_OPTION_TEXT] = "option_text",
	[V_LIMIT] = "limit",
	[V_PEAK] = "peak",
	[V_PEAK_PERCENT] = "peak_percent",
	[V_USAGE] = "usage",
	[V_COMPOSITION] = "composition",
	[V_PROCESSES] = "processes",
	[V_PROCESSES_RSS] = "processes_rss",
	[V_LARGEST] = "largest",
	[V_LARGEST_BYTES] = "largest_bytes",
	[V_GUESS] = "guess",
	[V_PASTE] = "paste",
	[V_NO_MORE] = "no_more",
	[V_WORKERS] = "workers",
	[V_WORKER] = "worker",
	[V_WORKER_BYTES] = "worker_bytes",
	[V_WORKERS_BYTES] = "workers_bytes",
	[V_WORKERS_SHARE] = "workers_share",
	[V_WORKERS_FIT] = "workers_fit",
	[V_RANK] = "rank",
	[V_RANK_BYTES] = "rank_bytes",
	[V_RANK_OTHERS] = "rank_others",
	[V_RANK_OTHERS_BYTES] = "rank_others_bytes",
	[V_SHMEM] = "shmem",
	[V_SHMEM_LEFT] = "shmem_left",
	[V_JAVA_HEAP_FIT] = "java_heap_fit",
	[V_JAVA_HEAP_FIT_IN_ARGV] = "java_heap_fit_in_argv",
	[V_N_PROCESSES] = "n_processes",
	[V_JOB_OUTPUT] = "job_output",
	[V_FIRST] = "first",
	[V_WHOLE_NODE] = "whole_node",
	[V_NUMA_NODE] = "numa_node",
	[V_SHARED_NODE] = "shared_node",
	[V_INFERRED_NODE] = "inferred_node",
	[V_HEALTHY_NODE] = "healthy_node",
	[V_SHMEM_END] = "shmem_end",
	[V_JAVA_HEAP_ARGV] = "java_heap_argv",
	[V_JAVA_HEAP_ENV] = "java_heap_env",
	[V_GROWER] = "grower",
	[V_GROWER_BYTES] = "grower_bytes",
	[V_GROWN] = "grown",
	[V_GROW_TIME] = "grow_time",
	[V_PACE] = "pace",
	[V_ASKED] = "asked",
	[V_SEVERAL] = "several",
	[V_SEVERAL_NAMES] = "several_names",
	[V_CHUNK] = "chunk",
	[V_STAGES] = "stages",
	[V_REQUEST] = "request",
	[V_TWIN_FILE] = "twin_file",
	[V_PART_FILE] = "part_file",
	[V_WHOLE_FILE] = "whole_file",
	[V_FILE] = "file",
	[V_FILE_SIZE] = "file_size",
	[V_FILE_READ] = "file_read",
	[V_READ] = "read",
	[V_FALLS] = "falls",
	[V_FLOOR] = "floor",
	[V_TWICE_TIME] = "twice_time",
	[V_ONCE_TIME] = "once_time",
	[V_WORKERS_OWN] = "workers_own",
	[V_OTHER] = "other",
	[V_OTHER_PID] = "other_pid",
	[V_OTHER_GROWN] = "other_grown",
	[V_SLOW_TIME] = "slow_time",
	[V_STEADY_TIME] = "steady_time",
	[V_NEED_UNKNOWN] = "need_unknown",
	[V_JOB] = "job",
	[V_RANKS] = "ranks",
	[V_RANK_EACH] = "rank_each",
	[V_TMPFS_FILE] = "tmpfs_file",
	[V_TMPFS_BYTES] = "tmpfs_bytes",
	[V_TMPFS_WRITER] = "tmpfs_writer",
};

static const char *const option_names[] = {
	[OOM_MEM] = "--mem",
	[OOM_MEM_PER_CPU] = "--mem-per-cpu",
	[OOM_MEM_PER_GPU] = "--mem-per-gpu",
};

struct values {
	bool known[VALUES];
	char text[VALUES][VALUE_MAX];
};

/* Marks the value known and hands out its text to be written. */
static struct oom_buf set(struct values *v, enum value which)
{
	struct oom_buf buf;

	v->known[which] = true;
	oom_buf_init(&buf, v->text[which], VALUE_MAX);
	return buf;
}

static void set_text(struct values *v, enum value which, const char *text)
{
	struct oom_buf buf = set(v, which);

	oom_buf_puts(&buf, text);
}

/*
 * Anything that a user could have chosen.  Without '#': wrapped to a line's
 * beginning, a name must not pass for the machine-readable line.
 */
static void add_name(struct oom_buf *buf, const char *name, size_t max)
{
	size_t start = buf->len;

	oom_buf_name(buf, oom_span(name), max, false);
	for (size_t i = start; i < buf->len; i++)
		if (buf->ptr[i] == '#')
			buf->ptr[i] = '?';
}

static void set_name(struct values *v, enum value which, const char *name)
{
	struct oom_buf buf = set(v, which);

	add_name(&buf, name, NAME_SHOWN);
}

static void set_number(struct values *v, enum value which, uint64_t number)
{
	struct oom_buf buf = set(v, which);

	oom_buf_printf(&buf, "%llu", (unsigned long long)number);
}

static void set_bytes(struct values *v, enum value which,
		      struct oom_reading bytes)
{
	char text[OOM_BYTES_LEN];

	if (bytes.known)
		set_text(v, which, oom_format_bytes(bytes.value, text));
}

/* Days since 1970 to a date (Howard Hinnant's civil_from_days). */
static void set_date(struct values *v, int64_t days)
{
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	struct oom_buf buf = set(v, V_DATE);

	oom_buf_printf(&buf, "%04lld-%02lld-%02lld",
		       (long long)(yoe + era * 400 + (month <= 2)),
		       (long long)month, (long long)day);
}

static void set_times(struct values *v, const struct oom_findings *f,
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
	set_text(v, V_ELAPSED, "");
	set_text(v, V_ELAPSED_OF_STEP, "");
	if (when.known && f->start_mono_us.known &&
	    when.value >= f->start_mono_us.value) {
		(void)oom_format_duration(
			(when.value - f->start_mono_us.value) / 1000, text);
		buf = set(v, V_ELAPSED);
		oom_buf_printf(&buf, ", %s after it began", text);
		buf = set(v, V_ELAPSED_OF_STEP);
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
		buf = set(v, V_TIME);
		oom_buf_printf(&buf, "%02d:%02d:%02d", (int)(of_day / 3600),
			       (int)(of_day / 60 % 60), (int)(of_day % 60));
		set_date(v, local / 86400);
	}
}

static void set_step(struct values *v, const struct oom_findings *f)
{
	struct oom_buf buf = set(v, V_STEP_TEXT);
	bool number = f->step[0] >= '0' && f->step[0] <= '9';

	oom_buf_puts(&buf, !f->step[0] ? "a step" : number ? "step " : "the ");
	add_name(&buf, f->step, OOM_STEP_LEN);
	oom_buf_puts(&buf, f->step[0] && !number ? " step" : "");
	if (f->node[0])
		set_name(v, V_NODE, f->node);
	else
		set_text(v, V_NODE, "this node");
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

static void set_victim(struct values *v, const struct oom_findings *f,
		       const struct oom_diagnosis *d)
{
	struct oom_reading rank = victim_rank(f, d);

	if (oom_exceeds(d->kills, 1))
		set_number(v, V_KILLS_MANY, d->kills.value);
	set_text(v, V_RANK_TEXT, "");
	if (rank.known) {
		struct oom_buf buf = set(v, V_RANK_TEXT);

		oom_buf_printf(&buf, ", rank %llu",
			       (unsigned long long)rank.value);
	}
	if (!d->report)
		return;
	/* Reports may be missing: rate-limited, or lost from the ring. */
	set_text(v, V_FIRST,
		 d->kills.value == f->log.n_reports ? "first" : "among them");
	set_name(v, V_VICTIM, d->report->victim.name);
	set_number(v, V_PID, d->report->victim.pid);
}

static void set_option(struct values *v, const struct oom_findings *f,
		       const struct oom_request *r)
{
	struct oom_buf buf = set(v, V_OPTION_TEXT);
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
	oom_buf_printf(&buf, " (%s=%s", option_names[r->option],
		       oom_format_option(mib.value << 20, text));
	if (r->option_parts > 1)
		oom_buf_printf(&buf, " for each of %llu %ss",
			       (unsigned long long)r->option_parts,
			       r->option == OOM_MEM_PER_CPU ? "CPU" : "GPU");
	oom_buf_puts(&buf, ")");
}

/* Whose memory it was that ran out, outside of the job. */
static void set_where(struct values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	enum value which = V_WHOLE_NODE;

	if (d->inferred)
		which = V_INFERRED_NODE;
	else if (d->report->constraint == OOM_CONSTRAINT_NUMA)
		which = V_NUMA_NODE;
	else if (d->report->constraint == OOM_CONSTRAINT_MEMCG)
		which = V_SHARED_NODE;
	set_name(v, which, f->node[0] ? f->node : "this node");
}

static void set_limits(struct values *v, const struct oom_findings *f,
		       const struct oom_diagnosis *d,
		       const struct oom_request *r)
{
	set_bytes(v, V_LIMIT, d->limit_bytes);
	set_bytes(v, V_PEAK, d->peak_bytes);
	set_bytes(v, V_USAGE, d->usage_bytes);
	if (d->peak_bytes.known && d->limit_bytes.known &&
	    d->limit_bytes.value >= 1024)
		set_number(v, V_PEAK_PERCENT,
			   d->peak_bytes.value / 1024 * 100 /
				   (d->limit_bytes.value / 1024));
	if (d->cause == OOM_CAUSE_NODE_OOM)
		set_bytes(v, V_NODE_OOM_LIMIT, d->limit_bytes);
	else if (d->limit_level == OOM_LEVELS)
		v->known[V_ELAPSED_OF_STEP] = false;
	else if (r->step)
		set_bytes(v, V_STEP_LIMIT, d->limit_bytes);
	else
		set_bytes(v, V_JOB_LIMIT, d->limit_bytes);
	if (!d->node_limit)
		v->known[V_ELAPSED_OF_STEP] = false;
	else
		set_where(v, f, d);
	if (d->kills.known)
		set_name(v, V_HEALTHY_NODE, f->node[0] ? f->node : "this node");
	set_option(v, f, r);
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

static void set_composition(struct values *v, const struct oom_level *job)
{
	struct oom_buf buf = set(v, V_COMPOSITION);
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

/*
 * What would be free without the process: its own pages.  Before 6.8 the table
 * has them together with those of files, which others may pay for; but the
 * victim's are in the line about its end.
 */
static struct oom_reading own_bytes(const struct oom_diagnosis *d,
				    const struct oom_process *p)
{
	if (p->anon_bytes.known)
		return p->anon_bytes;
	if (d->report && p->pid == d->report->victim.pid &&
	    d->report->victim.anon_bytes.known)
		return d->report->victim.anon_bytes;
	return p->rss_bytes;
}

static void set_processes(struct values *v, const struct oom_diagnosis *d)
{
	/* One measure for all of them: the kernel's table has both or neither. */
	bool split = d->n_top && d->top[0]->anon_bytes.known;
	enum value list = split ? V_PROCESSES : V_PROCESSES_RSS;
	struct oom_buf buf = set(v, list);
	struct oom_reading largest;
	char text[OOM_BYTES_LEN];
	unsigned int shown = 0;

	for (unsigned int i = 0; i < d->n_top; i++) {
		uint64_t bytes = oom_value_or(split ? d->top[i]->anon_bytes
						    : d->top[i]->rss_bytes,
					      0);

		/* A shell that waits says nothing. */
		if (i && oom_value_or(d->top[i]->rss_bytes, 0) <
				 oom_value_or(d->top[0]->rss_bytes, 0) / 20)
			break;
		/* The kernel counts in batches. */
		if (!bytes)
			continue;
		oom_buf_puts(&buf, shown++ ? ", " : "");
		add_name(&buf, d->top[i]->name, NAME_SHOWN);
		oom_buf_printf(&buf, " (%u) %s", d->top[i]->pid,
			       oom_format_bytes(bytes, text));
	}
	v->known[list] = shown > 0;
	if (shown > 1)
		set_number(v, V_N_PROCESSES, shown);
	if (!d->n_top)
		return;
	set_name(v, V_LARGEST, d->top[0]->name);
	/* Shared pages may be charged to others: rss can exceed the usage. */
	largest = own_bytes(d, d->top[0]);
	if (!d->usage_bytes.known ||
	    !oom_exceeds(largest, d->usage_bytes.value))
		set_bytes(v, V_LARGEST_BYTES, largest);
}

static void set_causes(struct values *v, const struct oom_diagnosis *d)
{
	uint64_t limit = oom_value_or(d->limit_bytes, 0), fit;

	set_text(v, V_HEADLINE, oom_wordings[d->cause].headline);
	if (d->group.count) {
		set_number(v, V_WORKERS, d->group.count);
		set_name(v, V_WORKER, d->group.name);
		set_bytes(v, V_WORKER_BYTES, oom_known(d->group.each_bytes));
		set_bytes(v, V_WORKERS_BYTES, oom_known(d->group.total_bytes));
		set_number(v, V_WORKERS_SHARE, d->group.share_percent);
		if (d->group.parent)
			set_bytes(v, V_WORKERS_OWN,
				  oom_known(d->group.own_bytes));
		/* One less than were there: they did not fit as they were. */
		fit = d->group.largest_bytes ? limit / d->group.largest_bytes
					     : 0;
		if (fit >= d->group.count)
			fit = d->group.count - 1;
		if (fit)
			set_number(v, V_WORKERS_FIT, fit);
	}
	if (d->rank.n_others) {
		set_number(v, V_RANK, d->rank.rank);
		set_bytes(v, V_RANK_BYTES, oom_known(d->rank.bytes));
		set_number(v, V_RANK_OTHERS, d->rank.n_others);
		set_bytes(v, V_RANK_OTHERS_BYTES,
			  oom_known(d->rank.others_bytes));
	}
	set_bytes(v, V_SHMEM, d->shmem_bytes);
	if (!d->shmem_bytes.known ||
	    oom_exceeds(d->shmem_left_bytes, d->shmem_bytes.value / 20))
		set_bytes(v, d->shmem_bytes.known ? V_SHMEM_LEFT : V_SHMEM_END,
			  d->shmem_left_bytes);
	set_bytes(v, d->java_heap_in_argv ? V_JAVA_HEAP_ARGV : V_JAVA_HEAP_ENV,
		  d->java_heap_bytes);
	/* Two thirds for the heap; what a JVM needs beside it is the rest. */
	if (limit >= (UINT64_C(64) << 20)) {
		struct oom_buf buf = set(v, d->java_heap_in_argv
						    ? V_JAVA_HEAP_FIT_IN_ARGV
						    : V_JAVA_HEAP_FIT);

		oom_buf_printf(&buf, "%llum",
			       (unsigned long long)(limit / 3 * 2 >> 20));
	}
}

static void set_kib(struct values *v, enum value which, uint64_t kib)
{
	if (kib)
		set_bytes(v, which, oom_known(kib * 1024));
}

static void set_duration(struct values *v, enum value which, uint64_t ms)
{
	char text[OOM_DURATION_LEN];

	if (ms)
		set_text(v, which, oom_format_duration(ms, text));
}

/* A file's name without its folders. */
static void set_file_name(struct values *v, enum value which, const char *path)
{
	struct oom_span name = oom_span(path);
	size_t slash = oom_span_rfind(name, "/");
	char text[OOM_FILE_PATH_LEN];

	if (slash < name.len) {
		name.ptr += slash + 1;
		name.len -= slash + 1;
	}
	oom_span_copy(name, text, sizeof(text));
	set_name(v, which, text);
}

/* "31 MiB a minute": in the unit of time in which it is a size to talk of. */
static void set_pace(struct values *v, uint64_t kib, uint64_t ms)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = { { "a second", 1000 },
		      { "a minute", 60000 },
		      { "an hour", 3600000 },
		      { "a day", 86400000 } };
	char text[OOM_BYTES_LEN];

	for (size_t i = 0; ms && i < 4; i++) {
		double each =
			(double)kib * 1024 / (double)ms * (double)units[i].ms;
		struct oom_buf buf;

		if (each < (1 << 20) && i < 3)
			continue;
		buf = set(v, V_PACE);
		oom_buf_printf(&buf, "%s %s",
			       oom_format_bytes((uint64_t)each, text),
			       units[i].name);
		return;
	}
}

static void set_file(struct values *v, const struct oom_findings *f,
		     const struct oom_diagnosis *d)
{
	const struct oom_record_file *file;
	struct oom_reading size;
	enum value which = V_FILE;

	if (d->file < 0)
		return;
	file = &f->history.record.files[d->file];
	size = f->history.facts[d->file].size_bytes;
	if (size.known && !file->moves && file->position < size.value)
		which = V_TWIN_FILE;
	else if (size.known && file->position < size.value)
		which = V_PART_FILE;
	/* One of many says nothing of the growth. */
	else if (size.known && size.value / 1024 * 2 >= d->shape.read_kib)
		which = V_WHOLE_FILE;
	set_file_name(v, which, file->path);
	set_bytes(v, V_FILE_SIZE, size);
	set_bytes(v, V_FILE_READ,
		  oom_known(file->position - file->first_position));
}

/* Only what the cause rests on: a sentence is said when its values are. */
static void set_growth(struct values *v, const struct oom_findings *f,
		       const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	uint64_t limit = oom_value_or(d->limit_bytes, 0) / 1024;

	if (!d->shape_known || d->several || d->group.count)
		return;
	set_name(v, V_GROWER, d->grower->name);
	set_kib(v, V_GROWER_BYTES, s->end_kib);
	set_kib(v, V_GROWN, s->grown_kib);
	set_duration(v, V_GROW_TIME, s->to_ms - s->from_ms);
	set_kib(v, V_READ, s->read_kib);
	set_file(v, f, d);
	if (d->cause == OOM_CAUSE_WHOLE_FILE_LOAD) {
		set_kib(v, V_REQUEST, s->request_kib);
		return;
	}
	if (d->cause == OOM_CAUSE_SUDDEN_ALLOCATION ||
	    s->untouched_kib * 10 >= limit)
		set_kib(v, V_ASKED, s->untouched_kib);
	else if (d->alike) {
		set_number(v, V_RANKS, d->alike);
		set_bytes(v, V_RANK_EACH, oom_known(d->alike_bytes));
	} else if (d->planned_requests && s->chunk_kib <= s->grown_kib)
		set_kib(v, V_CHUNK, s->chunk_kib);
	else if (d->planned_stages)
		set_number(v, V_STAGES, s->stages);
	else if (d->slows)
		set_duration(v, V_SLOW_TIME, s->to_ms - s->from_ms);
	else if (s->stages <= 1)
		set_duration(v, V_STEADY_TIME, s->to_ms - s->from_ms);
	if (d->cause != OOM_CAUSE_LEAK)
		return;
	if (d->sawtooth) {
		set_number(v, V_FALLS, s->falls);
		set_kib(v, V_FLOOR, (uint64_t)s->floor_kib);
		return;
	}
	set_pace(v, s->grown_kib, s->to_ms - s->from_ms);
	/* Twice the limit: what it had before its growth is there once only. */
	set_duration(v, V_ONCE_TIME, s->to_ms);
	if (s->grown_kib && limit)
		set_duration(v, V_TWICE_TIME,
			     s->to_ms + (uint64_t)((double)limit /
						   (double)s->grown_kib *
						   (s->to_ms - s->from_ms)));
}

static void set_several(struct values *v, const struct oom_diagnosis *d)
{
	struct oom_buf buf, names;
	char text[OOM_BYTES_LEN];

	if (!d->several)
		return;
	buf = set(v, V_SEVERAL);
	names = set(v, V_SEVERAL_NAMES);
	for (unsigned int i = 0; i < d->members.n && i < 3; i++) {
		const struct oom_member *m = &d->members.of[i];

		if (m->bytes * 10 < d->members.total_bytes)
			break;
		oom_buf_puts(&buf, i ? ", " : "");
		add_name(&buf, m->name, NAME_SHOWN);
		oom_buf_printf(&buf, " (%s)", oom_format_bytes(m->bytes, text));
		oom_buf_puts(&names, i ? ", " : "");
		add_name(&names, m->name, NAME_SHOWN);
	}
}

/* The victim stood still while another process grew. */
static void set_other(struct values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_track *victim;
	struct oom_shape shape;

	if (!d->report || !d->shape_known || d->several || d->group.count ||
	    d->cause == OOM_CAUSE_NODE_OOM ||
	    d->grower->pid == d->report->victim.pid || d->grower_percent < 60)
		return;
	victim = oom_history_track(f, d->report->victim.pid);
	if (!victim || (oom_history_shape(f, d->report, victim, &shape) &&
			shape.to_ms - shape.from_ms <
				2 * (d->shape.to_ms - d->shape.from_ms)))
		return;
	set_name(v, V_OTHER, d->grower->name);
	set_number(v, V_OTHER_PID, d->grower->pid);
	set_kib(v, V_OTHER_GROWN, d->shape.grown_kib);
}

static void set_tmpfs(struct values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_record_file *file;
	const struct oom_track *writer;

	if (d->cause != OOM_CAUSE_TMPFS || d->tmpfs_file < 0)
		return;
	file = &f->history.record.files[d->tmpfs_file];
	writer = oom_history_track(f, file->pid);
	set_file_name(v, V_TMPFS_FILE, file->path);
	set_bytes(v, V_TMPFS_BYTES,
		  f->history.facts[d->tmpfs_file].stored_bytes);
	if (writer)
		set_name(v, V_TMPFS_WRITER, writer->name);
}

static void set_request(struct values *v, const struct oom_findings *f,
			const struct oom_diagnosis *d,
			const struct oom_request *r)
{
	char text[OOM_OPTION_LEN], have[OOM_BYTES_LEN], limit[OOM_BYTES_LEN];
	struct oom_buf buf;

	/* At a kill the peak is the limit: it tells nothing of the need. */
	set_text(v, V_NEED_UNKNOWN,
		 r->reason == OOM_REQUEST_GUESS ||
				 r->reason == OOM_REQUEST_NODE_FULL ||
				 r->reason == OOM_REQUEST_NO_LIMIT
			 ? " It needed more; how much more is not known."
			 : "");
	switch (r->reason) {
	case OOM_REQUEST_NODE_FULL:
		buf = set(v, V_NO_MORE);
		oom_buf_printf(&buf,
			       "More than %s does not fit on this node, which "
			       "has %s: use a larger node, more nodes, or less "
			       "memory.",
			       oom_format_bytes(d->limit_bytes.value, limit),
			       oom_format_bytes(f->node_total_bytes.value,
						have));
		return;
	case OOM_REQUEST_NO_LIMIT:
		set_text(v, V_NO_MORE,
			 "Ask for more than last time; how much is not known, "
			 "since the limit that was reached is not.");
		return;
	case OOM_REQUEST_GUESS:
		set_text(v, V_GUESS,
			 r->capped ? " (a guess: what this node can give)"
			 : d->limit_bytes.value >= (UINT64_C(100) << 20)
				 ? r->node_bytes.value >=
						   d->limit_bytes.value / 2 * 5
					   ? " (a guess: several times the "
					     "limit)"
					   : " (a guess: about twice the limit)"
				 : " (a guess)");
		break;
	case OOM_REQUEST_JAVA_HEAP:
		set_text(v, V_GUESS,
			 " (-Xmx and what a JVM needs beside it, "
			 "estimated)");
		break;
	case OOM_REQUEST_ASKED:
		set_text(v, V_GUESS,
			 " (what was in use or asked for, and a "
			 "little more)");
		break;
	case OOM_REQUEST_FILE:
		set_text(v, V_GUESS,
			 " (estimated from the part of the file "
			 "that was done)");
		break;
	case OOM_REQUEST_COPIES:
		set_text(v, V_GUESS,
			 " (if each worker gets a copy of its own "
			 "of what they share now)");
		break;
	case OOM_REQUEST_LEVELS:
		set_text(v, V_GUESS, " (estimated from its slowing growth)");
		break;
	default:
		return;
	}
	buf = set(v, V_PASTE);
	oom_buf_printf(&buf, "%s%s=%s",
		       r->step	     ? "srun "
		       : f->in_batch ? "#SBATCH "
				     : "",
		       option_names[r->option],
		       oom_format_option(r->option_bytes, text));
	if (!r->step && !f->in_batch)
		oom_buf_puts(&buf, "   (an option of sbatch, salloc and srun)");
	if (r->step)
		oom_buf_printf(&buf, " ...%s",
			       r->step_fits
				       ? ""
				       : "   (and as much for the job: sbatch "
					 "--mem)");
}

static void fill(struct values *v, const struct oom_findings *f,
		 const struct oom_diagnosis *d, const struct oom_request *r)
{
	memset(v->known, 0, sizeof(v->known));
	set_step(v, f);
	set_times(v, f, d);
	set_victim(v, f, d);
	set_limits(v, f, d, r);
	set_composition(v, &f->levels[OOM_LEVEL_JOB]);
	set_processes(v, d);
	set_causes(v, d);
	set_growth(v, f, d);
	set_several(v, d);
	set_other(v, f, d);
	set_tmpfs(v, f, d);
	set_request(v, f, d, r);
}

/* ---- templates ---- */

static bool find_value(const struct values *v, struct oom_span name,
		       const char **ret)
{
	for (int i = 0; i < VALUES; i++)
		if (value_names[i] && oom_span_is(name, value_names[i])) {
			*ret = v->text[i];
			return v->known[i];
		}
	return false;
}

/* One alternative; false when it names a value that is not known. */
static bool expand_one(const struct values *v, struct oom_span text,
		       struct oom_buf *out)
{
	while (text.len) {
		size_t open = oom_span_find(text, "{"), close;
		struct oom_span name;
		const char *value;

		oom_buf_add(out, (struct oom_span){ text.ptr, open });
		if (open == text.len)
			break;
		text.ptr += open + 1;
		text.len -= open + 1;
		close = oom_span_find(text, "}");
		name = (struct oom_span){ text.ptr, close };
		if (close == text.len || !find_value(v, name, &value))
			return false;
		oom_buf_puts(out, value);
		text.ptr += close + 1;
		text.len -= close + 1;
	}
	return true;
}

static bool expand(const struct values *v, const char *template,
		   struct oom_buf *out)
{
	struct oom_span rest = oom_span(template);

	while (rest.len) {
		size_t end = oom_span_find(rest, OOM_OR);
		struct oom_span one = { rest.ptr, end };

		out->len = 0;
		out->truncated = false;
		if (expand_one(v, one, out) && out->len)
			return true;
		end += end < rest.len;
		rest.ptr += end;
		rest.len -= end;
	}
	return false;
}

/* ---- layout ---- */

struct page {
	struct oom_buf text;
	unsigned int lines;
};

static void put_line(struct page *page, unsigned int indent,
		     struct oom_span line)
{
	for (; indent; indent--)
		oom_buf_puts(&page->text, " ");
	oom_buf_add(&page->text, line);
	oom_buf_puts(&page->text, "\n");
	page->lines++;
}

/* Wraps one paragraph; `hang` indents all its lines but the first. */
static void put_wrapped(struct page *page, struct oom_span text,
			unsigned int indent, unsigned int hang)
{
	char line[OOM_BLOCK_WIDTH + 1];
	struct oom_span word;
	struct oom_buf buf;

	oom_buf_init(&buf, line, sizeof(line));
	while (oom_next_word(&text, &word)) {
		if (buf.len && indent + buf.len + 1 + word.len > TEXT_WIDTH) {
			put_line(page, indent,
				 (struct oom_span){ buf.ptr, buf.len });
			oom_buf_init(&buf, line, sizeof(line));
			indent = hang;
		}
		if (indent + word.len > TEXT_WIDTH)
			word.len = TEXT_WIDTH - indent;
		oom_buf_puts(&buf, buf.len ? " " : "");
		oom_buf_add(&buf, word);
	}
	if (buf.len)
		put_line(page, indent, (struct oom_span){ buf.ptr, buf.len });
}

/* Prose is wrapped; lines to paste stay whole. */
static void put_text(struct page *page, struct oom_span text,
		     unsigned int indent, unsigned int hang)
{
	struct oom_span line;

	while (oom_next_line(&text, &line)) {
		if (oom_span_skip(&line, OOM_CODE)) {
			if (line.len > OOM_BLOCK_WIDTH - hang - 2)
				line.len = OOM_BLOCK_WIDTH - hang - 2;
			put_line(page, hang + 2, line);
		} else {
			put_wrapped(page, line, indent, hang);
		}
	}
}

static void put_template(struct page *page, const struct values *v,
			 const char *template, unsigned int indent,
			 unsigned int hang)
{
	char text[1024];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	if (expand(v, template, &buf))
		put_text(page, (struct oom_span){ buf.ptr, buf.len }, indent,
			 hang);
}

static void put_rule(struct page *page)
{
	static const char title[] = " oom-advice";
	char rule[RULE_WIDTH];
	size_t dashes = RULE_WIDTH - (sizeof(title) - 1);

	memset(rule, '-', dashes);
	memcpy(rule + dashes, title, sizeof(title) - 1);
	put_line(page, 0, (struct oom_span){ rule, sizeof(rule) });
}

static void put_advice(struct page *page, const struct values *v,
		       const struct oom_wording *w, unsigned int max)
{
	char text[1024];
	unsigned int number = 0;

	for (unsigned int i = 0; i < 5 && w->advice[i] && number < max; i++) {
		char numbered[1024 + 8];
		struct oom_buf buf, out;

		oom_buf_init(&buf, text, sizeof(text));
		if (!expand(v, w->advice[i], &buf))
			continue;
		if (!number)
			put_line(page, 0, oom_span("What to do:"));
		oom_buf_init(&out, numbered, sizeof(numbered));
		oom_buf_printf(&out, "%u. ", ++number);
		oom_buf_add(&out, (struct oom_span){ buf.ptr, buf.len });
		put_text(page, (struct oom_span){ out.ptr, out.len }, 2, 5);
	}
}

static void put_all(struct page *page, const struct values *v,
		    const char *const *templates, unsigned int hang)
{
	for (; *templates; templates++)
		put_template(page, v, *templates, 0, hang);
}

/*
 * The job's usage up to the end of the step, as the recorder saw it, and what
 * the kernel's report says of the moment of the kill.
 */
static bool put_plot(struct page *page, const struct oom_findings *f,
		     const struct oom_diagnosis *d)
{
	const struct oom_record *r = &f->history.record;
	struct oom_plot_point points[2 * OOM_SERIES_MAX + 1];
	struct oom_plot plot = { .points = points,
				 .limit_bytes = d->limit_bytes };
	struct oom_reading kill = oom_kill_ms(f, d->report);
	const uint32_t recent = r->recent.n ? r->recent.points[0].at_ms
					    : UINT32_MAX;
	uint32_t i = 0, j = 0;
	struct oom_span rest, line;
	char text[OOM_PLOT_MAX];
	struct oom_buf buf;

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
	oom_buf_init(&buf, text, sizeof(text));
	if (!oom_plot(&plot, &buf))
		return false;
	rest = (struct oom_span){ buf.ptr, buf.len };
	while (oom_next_line(&rest, &line))
		put_line(page, 0, line);
	return true;
}

/* How much of what there is to say. */
struct extent {
	unsigned int evidence, advice;
	bool plot;
};

/* The block without its last line; false: there is no picture to leave out. */
static bool put_body(struct page *page, const struct values *v,
		     const struct oom_findings *f,
		     const struct oom_diagnosis *d, struct extent most)
{
	const struct oom_wording *w = &oom_wordings[d->cause];

	put_rule(page);
	if (d->cause == OOM_CAUSE_NONE) {
		put_all(page, v, oom_opening_healthy, 0);
		return true;
	}
	put_all(page, v, oom_opening, 0);
	if (most.plot && !put_plot(page, f, d))
		return false;
	if (!most.plot)
		put_line(page, 0, oom_span(""));
	put_template(page, v,
		     d->cause == OOM_CAUSE_UNDETERMINED
			     ? oom_cause_line_undetermined
			     : oom_cause_lines[d->confidence],
		     0, 2);
	for (unsigned int i = 0; i < most.evidence && w->evidence[i]; i++)
		put_template(page, v, w->evidence[i], 2, 2);
	put_advice(page, v, w, most.advice);
	put_all(page, v, oom_closing, 2);
	return true;
}

/* ---- the machine-readable line ---- */

static void put_number(struct oom_buf *out, const char *key,
		       struct oom_reading number)
{
	oom_buf_printf(out, " %s=", key);
	if (number.known)
		oom_buf_printf(out, "%llu", (unsigned long long)number.value);
	else
		oom_buf_puts(out, "-");
}

void oom_advice_marker(const struct oom_findings *f, struct oom_buf *out)
{
	oom_buf_puts(out, "#oom-advice v=1");
	put_number(out, "job", f->job_id);
	oom_buf_puts(out, " step=");
	oom_buf_name(out, oom_span(f->step[0] ? f->step : "-"), OOM_STEP_LEN,
		     true);
	oom_buf_puts(out, " node=");
	oom_buf_name(out, oom_span(f->node[0] ? f->node : "-"), OOM_NODE_LEN,
		     true);
	oom_buf_puts(out, " cause=");
}

static void machine_line(const struct oom_findings *f,
			 const struct oom_diagnosis *d,
			 const struct oom_request *r, struct oom_buf *out)
{
	char text[OOM_OPTION_LEN];

	oom_advice_marker(f, out);
	oom_buf_printf(out, "%s confidence=%s", oom_cause_names[d->cause],
		       oom_confidence_names[d->confidence]);
	put_number(out, "limit_bytes", d->limit_bytes);
	put_number(out, "peak_bytes", d->peak_bytes);
	oom_buf_printf(out, " next_mem=%s",
		       r->node_bytes.known
			       ? oom_format_option(r->node_bytes.value, text)
			       : "-");
	put_number(out, "kills", d->kills);
	if (d->report) {
		oom_buf_printf(out, " pid=%u comm=", d->report->victim.pid);
		oom_buf_name(out, oom_span(d->report->victim.name), NAME_SHOWN,
			     true);
	}
	oom_buf_puts(out, "\n");
}

/* ---- the front ---- */

void oom_advice_block(const struct oom_findings *f,
		      const struct oom_diagnosis *d,
		      const struct oom_request *r, struct oom_buf *out)
{
	/* What to leave out, in this order, until the block is short enough. */
	static const struct extent tries[] = {
		{ 4, 5, true },	 { 4, 3, true },  { 2, 2, true },
		{ 1, 2, true },	 { 4, 5, false }, { 4, 3, false },
		{ 1, 3, false }, { 1, 2, false }, { 1, 1, false },
	};
	char memory[4 * OOM_BLOCK_MAX], machine[MACHINE_MAX];
	struct values v;
	struct page page;
	struct oom_buf last;
	struct oom_span rest, line;
	unsigned int lines = 0;

	fill(&v, f, d, r);
	oom_buf_init(&last, machine, sizeof(machine));
	machine_line(f, d, r, &last);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		page = (struct page){ .lines = 0 };
		oom_buf_init(&page.text, memory, sizeof(memory));
		if (tries[i].plot && f->no_plot)
			continue;
		if (put_body(&page, &v, f, d, tries[i]) &&
		    page.lines < OOM_BLOCK_LINES &&
		    page.text.len + last.len <= OOM_BLOCK_MAX)
			break;
	}
	rest = (struct oom_span){ page.text.ptr, page.text.len };
	while (++lines < OOM_BLOCK_LINES && oom_next_line(&rest, &line)) {
		oom_buf_add(out, line);
		oom_buf_puts(out, "\n");
	}
	oom_buf_add(out, (struct oom_span){ last.ptr, last.len });
}

void oom_advice_pointer(const struct oom_findings *f, const char *job_output,
			struct oom_buf *out)
{
	struct values v;
	char text[OOM_POINTER_MAX];
	struct oom_buf buf;

	memset(v.known, 0, sizeof(v.known));
	set_step(&v, f);
	if (job_output && job_output[0]) {
		struct oom_span path = oom_span(job_output);
		size_t slash = oom_span_rfind(path, "/");

		if (slash < path.len) {
			path.ptr += slash + 1;
			path.len -= slash + 1;
		}
		buf = set(&v, V_JOB_OUTPUT);
		oom_buf_name(&buf, path, 80, false);
	}
	oom_buf_init(&buf, text, sizeof(text));
	if (!expand(&v, oom_pointer, &buf))
		return;
	oom_buf_add(out, (struct oom_span){ buf.ptr, buf.len });
	oom_buf_puts(out, "\n");
}

void oom_advice_notice(const struct oom_findings *f,
		       const struct oom_diagnosis *d, struct oom_buf *out)
{
	struct oom_request none = { .reason = OOM_REQUEST_NOT_NEEDED };
	struct page page = { .lines = 0 };
	char memory[4 * OOM_NOTICE_MAX];
	struct oom_span rest, line;
	struct values v;

	fill(&v, f, d, &none);
	if (f->job_id.known)
		set_number(&v, V_JOB, f->job_id.value);
	oom_buf_init(&page.text, memory, sizeof(memory));
	put_all(&page, &v, oom_notice, 0);
	rest = (struct oom_span){ page.text.ptr, page.text.len };
	for (int i = 0; i < 3 && oom_next_line(&rest, &line); i++) {
		oom_buf_add(out, line);
		oom_buf_puts(out, "\n");
	}
}
