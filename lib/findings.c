// SPDX-License-Identifier: GPL-2.0-or-later
#include "findings.h"

#include <string.h>

#include "capture.h"

/* printk's clock and CLOCK_MONOTONIC_RAW may differ by so much. */
#define CLOCK_SLACK_US 1000000

/* "key value" or "key some text": the key, and the rest trimmed. */
static bool next_setting(struct oom_span *body, struct oom_span *key,
			 struct oom_span *value)
{
	struct oom_span line;

	while (oom_capture_line(body, &line))
		if (oom_next_word(&line, key)) {
			*value = oom_span_trim(line);
			return true;
		}
	return false;
}

static void parse_step(struct oom_findings *f, struct oom_span body)
{
	const struct {
		const char *key;
		struct oom_reading *reading;
	} numbers[] = {
		{ "job", &f->job_id },
		{ "uid", &f->uid },
		{ "nodes", &f->n_nodes },
		{ "total_tasks", &f->total_tasks },
		{ "local_tasks", &f->n_local_tasks },
		{ "now_real_s", &f->now_real_s },
		{ "now_real_ns", &f->now_real_ns },
		{ "now_mono_us", &f->now_mono_us },
		{ "start_mono_us", &f->start_mono_us },
		{ "mem_per_node_mib", &f->mem_per_node_mib },
		{ "mem_per_cpu_mib", &f->mem_per_cpu_mib },
		{ "mem_per_gpu_mib", &f->mem_per_gpu_mib },
		{ "job_alloc_mib", &f->job_alloc_mib },
		{ "step_alloc_mib", &f->step_alloc_mib },
		{ "other_kills", &f->other_kills },
	};
	struct oom_span key, value;

	while (next_setting(&body, &key, &value)) {
		uint64_t number;

		if (oom_span_is(key, "step"))
			oom_span_copy(value, f->step, sizeof(f->step));
		else if (oom_span_is(key, "node"))
			oom_span_copy(value, f->node, sizeof(f->node));
		else if (oom_span_is(key, "argv"))
			oom_span_copy(value, f->argv, sizeof(f->argv));
		else if (oom_span_is(key, "java_options"))
			oom_span_copy(value, f->java_options,
				      sizeof(f->java_options));
		else if (oom_span_is(key, "verbose"))
			f->verbose = oom_span_is(value, "1");
		else if (oom_span_is(key, "no_plot"))
			f->no_plot = oom_span_is(value, "1");
		else if (oom_span_is(key, "whole_ring"))
			f->whole_ring = oom_span_is(value, "1");
		else if (oom_span_is(key, "kills_before"))
			(void)oom_parse_u64(value, &f->kills_before);
		else if (oom_span_is(key, "in_batch"))
			f->in_batch = oom_span_is(value, "1");
		else if (oom_span_is(key, "utc_offset_s"))
			(void)oom_parse_i64(value, &f->utc_offset_s);
		else if (oom_span_is(key, "cgroup"))
			f->cgroup_version =
				oom_span_is(value, "v2")   ? OOM_CGROUP_V2
				: oom_span_is(value, "v1") ? OOM_CGROUP_V1
							   : OOM_CGROUP_NONE;
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]);
		     i++)
			if (oom_span_is(key, numbers[i].key) &&
			    !oom_parse_u64(value, &number))
				*numbers[i].reading = oom_known(number);
	}
}

/* Task `local_id`'s slot, or NULL when it is beyond what is kept. */
static struct oom_task *task_slot(struct oom_findings *f, uint64_t local_id)
{
	if (local_id >= OOM_TASKS_MAX)
		return NULL;
	if (f->n_tasks <= local_id)
		f->n_tasks = (unsigned int)local_id + 1;
	return &f->tasks[local_id];
}

static void parse_task(struct oom_task *task, struct oom_span body)
{
	const struct {
		const char *key;
		struct oom_reading *reading;
	} numbers[] = {
		{ "rank", &task->rank },
		{ "pid", &task->pid },
		{ "status", &task->status },
		{ "ran_ms", &task->ran_ms },
		{ "kills", &task->kills },
		{ "peak_bytes", &task->peak_bytes },
		{ "file_bytes", &task->file_bytes },
	};
	struct oom_span key, value;

	while (next_setting(&body, &key, &value)) {
		uint64_t number;

		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]);
		     i++)
			if (oom_span_is(key, numbers[i].key) &&
			    !oom_parse_u64(value, &number))
				*numbers[i].reading = oom_known(number);
	}
}

/* "MemTotal:       24602420 kB" */
static void parse_meminfo(struct oom_findings *f, struct oom_span body)
{
	struct oom_span key, value, word;
	uint64_t kib;

	while (next_setting(&body, &key, &value))
		if (oom_span_is(key, "MemTotal:") &&
		    oom_next_word(&value, &word) &&
		    !oom_parse_u64(word, &kib) && kib < UINT64_MAX >> 10)
			f->node_total_bytes = oom_known(kib << 10);
}

/* "cgroup LEVEL FILE" */
static void parse_cgroup(struct oom_findings *f, struct oom_span section,
			 struct oom_span body)
{
	struct oom_span tag, name;
	char file[64];

	if (!oom_next_word(&section, &tag) || !oom_next_word(&section, &name))
		return;
	oom_span_copy(name, file, sizeof(file));
	for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++)
		if (oom_span_is(tag, oom_level_names[i]))
			oom_level_parse(&f->levels[i], file, body);
}

/*
 * A kill without a report carries no path.  It is counted as ours only when
 * the pid is one that we know, with the right owner: pids are not reused
 * within the ring's memory of a running task.
 */
static bool is_ours(const struct oom_findings *f, const struct oom_report *r)
{
	/* A requeued job had the same path in its first life. */
	if (f->whole_ring && r->when_us.known && f->start_mono_us.known &&
	    r->when_us.value + CLOCK_SLACK_US < f->start_mono_us.value)
		return false;
	if (r->task_memcg[0])
		return f->levels[OOM_LEVEL_STEP].path[0] &&
		       oom_kernel_path_within(r->task_memcg,
					      f->levels[OOM_LEVEL_STEP].path);
	if (f->uid.known && r->victim.uid != f->uid.value)
		return false;
	for (unsigned int i = 0; i < f->n_tasks; i++)
		if (f->tasks[i].pid.known &&
		    f->tasks[i].pid.value == r->victim.pid)
			return true;
	return false;
}

static void drop_foreign_reports(struct oom_findings *f)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < f->log.n_reports; i++)
		if (is_ours(f, &f->log.reports[i]))
			f->log.reports[kept++] = f->log.reports[i];
	f->log.n_reports = kept;
}

void oom_findings_parse(struct oom_findings *ret, struct oom_span capture)
{
	struct oom_span rest, section, body, log = { 0 };
	uint64_t page_bytes = 4096, number;

	/* A line cut in the middle of a number would tell another number. */
	while (capture.len && capture.ptr[capture.len - 1] != '\n')
		capture.len--;
	for (rest = capture; oom_capture_next(&rest, &section, &body);) {
		if (oom_span_is(section, "step") ||
		    oom_span_is(section, "clock")) {
			parse_step(ret, body);
		} else if (oom_span_skip(&section, "task ")) {
			struct oom_task *task = NULL;

			if (!oom_parse_u64(section, &number))
				task = task_slot(ret, number);
			if (task)
				parse_task(task, body);
		} else if (oom_span_skip(&section, "cgroup ")) {
			parse_cgroup(ret, section, body);
		} else if (oom_span_is(section, "meminfo")) {
			parse_meminfo(ret, body);
		} else if (oom_span_is(section, "page_bytes")) {
			if (!oom_parse_u64(oom_span_trim(body), &number) &&
			    number && number <= (1 << 20))
				page_bytes = number;
		} else if (oom_span_is(section, "kernel log")) {
			log = body;
		} else {
			(void)oom_history_section(&ret->history, section, body);
		}
	}
	ret->in_batch = ret->in_batch || !strcmp(ret->step, "batch");
	oom_kernel_log_parse(&ret->log, log, page_bytes);
	drop_foreign_reports(ret);
}

static uint64_t add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static struct oom_reading larger(struct oom_reading a, struct oom_reading b)
{
	if (!a.known || (b.known && b.value > a.value))
		return b;
	return a;
}

struct oom_reading oom_findings_kills(const struct oom_findings *f)
{
	struct oom_reading kills = f->levels[OOM_LEVEL_STEP].oom_kill;
	struct oom_reading tasks = f->other_kills;
	unsigned int reports = f->log.n_reports;

	for (unsigned int i = 0; i < f->n_tasks; i++) {
		struct oom_reading one = f->tasks[i].kills;

		if (one.known)
			tasks = oom_known(
				add(oom_value_or(tasks, 0), one.value));
	}
	/* v1 counts locally, v2 too when mounted with memory_localevents. */
	if (f->cgroup_version == OOM_CGROUP_V1 && kills.known && tasks.known)
		kills.value = add(kills.value, tasks.value);
	else
		kills = larger(kills, tasks);
	kills = larger(kills, f->levels[OOM_LEVEL_USER].oom_kill);
	if (kills.known)
		kills.value -= f->kills_before < kills.value ? f->kills_before
							     : kills.value;
	if (reports && (!kills.known || kills.value < reports))
		kills = oom_known(reports);
	return kills;
}
