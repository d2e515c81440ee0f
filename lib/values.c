// SPDX-License-Identifier: GPL-2.0-or-later
#include "values.h"

#include <string.h>

#include "wording.h"

const char *const oom_value_names[OOM_VALUES] = {
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
	[V_JAVA_HEAP_OWN] = "java_heap_own",
	[V_JAVA_SMALL_HEAP] = "java_small_heap",
	[V_JAVA_BESIDE] = "java_beside",
	[V_JAVA_FOLLOW] = "java_follow",
	[V_GROWER] = "grower",
	[V_GROWER_BYTES] = "grower_bytes",
	[V_GROWN] = "grown",
	[V_GROW_TIME] = "grow_time",
	[V_PACE] = "pace",
	[V_ASKED] = "asked",
	[V_DOUBLED] = "doubled",
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
	[V_JOINS] = "joins",
	[V_FILES_OPENED] = "files_opened",
	[V_READ] = "read",
	[V_MAPPED] = "mapped",
	[V_FALLS] = "falls",
	[V_FLOOR] = "floor",
	[V_CRUMBS] = "crumbs",
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
	[V_WHERE] = "where",
	[V_PLACE] = "place",
	[V_NO_PLACE] = "no_place",
};

void oom_values_clear(struct oom_values *v)
{
	memset(v->known, 0, sizeof(v->known));
}

struct oom_buf oom_set(struct oom_values *v, enum oom_value which)
{
	struct oom_buf buf;

	v->known[which] = true;
	oom_buf_init(&buf, v->text[which], OOM_VALUE_MAX);
	return buf;
}

void oom_set_text(struct oom_values *v, enum oom_value which, const char *text)
{
	struct oom_buf buf = oom_set(v, which);

	oom_buf_puts(&buf, text);
}

void oom_add_name(struct oom_buf *buf, const char *name, size_t max)
{
	size_t start = buf->len;

	oom_buf_name(buf, oom_span(name), max, false);
	for (size_t i = start; i < buf->len; i++)
		if (buf->ptr[i] == '#')
			buf->ptr[i] = '?';
}

void oom_set_name(struct oom_values *v, enum oom_value which, const char *name)
{
	struct oom_buf buf = oom_set(v, which);

	oom_add_name(&buf, name, OOM_NAME_SHOWN);
}

void oom_set_number(struct oom_values *v, enum oom_value which, uint64_t number)
{
	struct oom_buf buf = oom_set(v, which);

	oom_buf_printf(&buf, "%llu", (unsigned long long)number);
}

void oom_set_bytes(struct oom_values *v, enum oom_value which,
		   struct oom_reading bytes)
{
	char text[OOM_BYTES_LEN];

	if (bytes.known)
		oom_set_text(v, which, oom_format_bytes(bytes.value, text));
}

static bool find_value(const struct oom_values *v, struct oom_span name,
		       const char **ret)
{
	for (int i = 0; i < OOM_VALUES; i++)
		if (oom_value_names[i] &&
		    oom_span_is(name, oom_value_names[i])) {
			*ret = v->text[i];
			return v->known[i];
		}
	return false;
}

/* One alternative; false when it names a value that is not known. */
static bool expand_one(const struct oom_values *v, struct oom_span text,
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

bool oom_expand(const struct oom_values *v, const char *sentence,
		struct oom_buf *out)
{
	struct oom_span rest = oom_span(sentence);

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
