// SPDX-License-Identifier: GPL-2.0-or-later
#include "values.h"

#include <string.h>

#include "wording.h"

static void set_kib(struct oom_values *v, enum oom_value which, uint64_t kib)
{
	if (kib)
		oom_set_bytes(v, which, oom_known(kib * 1024));
}

static void set_duration(struct oom_values *v, enum oom_value which,
			 uint64_t ms)
{
	char text[OOM_DURATION_LEN];

	if (ms)
		oom_set_text(v, which, oom_format_duration(ms, text));
}

/* A file's name without its folders. */
static void set_file_name(struct oom_values *v, enum oom_value which,
			  const char *path)
{
	struct oom_span name = oom_span(path);
	size_t slash = oom_span_rfind(name, "/");
	char text[OOM_FILE_PATH_LEN];

	if (slash < name.len) {
		name.ptr += slash + 1;
		name.len -= slash + 1;
	}
	oom_span_copy(name, text, sizeof(text));
	oom_set_name(v, which, text);
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

static void set_processes(struct oom_values *v, const struct oom_diagnosis *d)
{
	/* One measure for all of them: the kernel's table has both or neither. */
	bool split = d->n_top && d->top[0]->anon_bytes.known;
	enum oom_value list = split ? V_PROCESSES : V_PROCESSES_RSS;
	struct oom_buf buf = oom_set(v, list);
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
		oom_add_name(&buf, d->top[i]->name, OOM_NAME_SHOWN);
		oom_buf_printf(&buf, " (%u) %s", d->top[i]->pid,
			       oom_format_bytes(bytes, text));
	}
	v->known[list] = shown > 0;
	if (shown > 1)
		oom_set_number(v, V_N_PROCESSES, shown);
	if (!d->n_top)
		return;
	oom_set_name(v, V_LARGEST, d->top[0]->name);
	/* Shared pages may be charged to others: rss can exceed the usage. */
	largest = own_bytes(d, d->top[0]);
	if (!d->usage_bytes.known ||
	    !oom_exceeds(largest, d->usage_bytes.value))
		oom_set_bytes(v, V_LARGEST_BYTES, largest);
}

static void set_causes(struct oom_values *v, const struct oom_diagnosis *d)
{
	static const enum oom_value heap_values[] = {
		[OOM_JAVA_COMMAND] = V_JAVA_HEAP_ARGV,
		[OOM_JAVA_ENVIRONMENT] = V_JAVA_HEAP_ENV,
		[OOM_JAVA_RESERVED] = V_JAVA_HEAP_OWN,
	};

	if (d->group.count) {
		oom_set_number(v, V_WORKERS, d->group.count);
		oom_set_name(v, V_WORKER, d->group.name);
		oom_set_bytes(v, V_WORKER_BYTES,
			      oom_known(d->group.each_bytes));
		oom_set_bytes(v, V_WORKERS_BYTES,
			      oom_known(d->group.total_bytes));
		oom_set_number(v, V_WORKERS_SHARE, d->group.share_percent);
		if (d->group.parent)
			oom_set_bytes(v, V_WORKERS_OWN,
				      oom_known(d->group.own_bytes));
	}
	if (d->rank.n_others) {
		oom_set_number(v, V_RANK, d->rank.rank);
		oom_set_bytes(v, V_RANK_BYTES, oom_known(d->rank.bytes));
		oom_set_number(v, V_RANK_OTHERS, d->rank.n_others);
		oom_set_bytes(v, V_RANK_OTHERS_BYTES,
			      oom_known(d->rank.others_bytes));
	}
	oom_set_bytes(v, V_SHMEM, d->shmem_bytes);
	if (!d->shmem_bytes.known ||
	    oom_exceeds(d->shmem_left_bytes, d->shmem_bytes.value / 20))
		oom_set_bytes(v,
			      d->shmem_bytes.known ? V_SHMEM_LEFT : V_SHMEM_END,
			      d->shmem_left_bytes);
	oom_set_bytes(v, heap_values[d->java_source], d->java_heap_bytes);
	oom_set_bytes(v, V_JAVA_BESIDE, d->java_beside_bytes);
	if (d->java_beside_bytes.known)
		oom_set_bytes(v, V_JAVA_SMALL_HEAP, d->java_heap_bytes);
}

/* open(2)'s O_TMPFILE, by the link of its descriptor: ".../#24 (deleted)". */
static bool has_no_name(const char *path)
{
	static const char deleted[] = " (deleted)";
	struct oom_span name = oom_span(path);
	size_t slash = oom_span_rfind(name, "/#");

	name.ptr += slash;
	name.len -= slash;
	return name.len &&
	       oom_span_find(name, deleted) + strlen(deleted) == name.len;
}

static void set_tmpfs(struct oom_values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_record_file *file;
	const struct oom_track *writer;

	if (d->cause != OOM_CAUSE_TMPFS || d->tmpfs_file < 0)
		return;
	file = &f->history.record.files[d->tmpfs_file];
	writer = oom_history_track(f, file->pid);
	if (has_no_name(file->path))
		oom_set_text(v, V_TMPFS_FILE, "a file without a name");
	else
		set_file_name(v, V_TMPFS_FILE, file->path);
	oom_set_bytes(v, V_TMPFS_BYTES,
		      f->history.facts[d->tmpfs_file].stored_bytes);
	if (writer)
		oom_set_name(v, V_TMPFS_WRITER, writer->name);
}

/* "31 MiB a minute": in the unit of time in which it is a size to talk of. */
static void set_pace(struct oom_values *v, uint64_t kib, uint64_t ms)
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
		buf = oom_set(v, V_PACE);
		oom_buf_printf(&buf, "%s %s",
			       oom_format_bytes((uint64_t)each, text),
			       units[i].name);
		return;
	}
}

static void set_file(struct oom_values *v, const struct oom_findings *f,
		     const struct oom_diagnosis *d)
{
	const struct oom_record_file *file;
	struct oom_reading size;
	enum oom_value which = V_FILE;

	if (d->file < 0)
		return;
	file = &f->history.record.files[d->file];
	size = f->history.facts[d->file].size_bytes;
	if (d->opened)
		oom_set_number(v, V_FILES_OPENED, d->opened);
	else if (d->twin && size.known && !file->moves &&
		 file->position < size.value)
		which = V_TWIN_FILE;
	/* One of many, or a bit of one, says nothing of the growth. */
	else if (size.known &&
		 (size.value / 1024 * 2 < d->shape.read_kib || !d->gets_on))
		which = V_FILE;
	else if (size.known && file->position < size.value)
		which = V_PART_FILE;
	else if (size.known)
		which = V_WHOLE_FILE;
	set_file_name(v, which, file->path);
	oom_set_bytes(v, V_FILE_SIZE, size);
	oom_set_bytes(v, V_FILE_READ,
		      oom_known(file->position -
				(file->moves ? file->first_position : 0)));
}

/* Only what the cause rests on: a sentence is said when its values are. */
static void set_growth(struct oom_values *v, const struct oom_findings *f,
		       const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	uint64_t limit = oom_value_or(d->limit_bytes, 0) / 1024;

	if (!d->shape_known || d->several || d->group.count)
		return;
	oom_set_name(v, V_GROWER, d->grower->name);
	set_kib(v, V_GROWER_BYTES, s->end_kib);
	set_kib(v, V_GROWN, s->grown_kib);
	set_duration(v, V_GROW_TIME, s->to_ms - s->from_ms);
	if (d->mapped)
		set_kib(v, V_MAPPED, s->mapped_kib);
	else
		set_kib(v, V_READ, s->read_kib);
	set_file(v, f, d);
	if (d->cause == OOM_CAUSE_WHOLE_FILE_LOAD) {
		set_kib(v, V_REQUEST, s->request_kib);
		return;
	}
	if (d->joins)
		oom_set_text(v, V_JOINS, "");
	else if (d->cause == OOM_CAUSE_SUDDEN_ALLOCATION ||
		 s->untouched_kib * 10 >= limit)
		set_kib(v, s->doubles ? V_DOUBLED : V_ASKED, s->untouched_kib);
	else if (d->alike) {
		oom_set_number(v, V_RANKS, d->alike);
		oom_set_bytes(v, V_RANK_EACH, oom_known(d->alike_bytes));
	} else if (d->planned_requests && s->chunk_kib <= s->grown_kib)
		set_kib(v, V_CHUNK, s->chunk_kib);
	else if (d->planned_stages)
		oom_set_number(v, V_STAGES, s->stages);
	else if (d->slows)
		set_duration(v, V_SLOW_TIME, s->to_ms - s->from_ms);
	else if (s->stages <= 1 && !d->rests)
		set_duration(v, V_STEADY_TIME, s->to_ms - s->from_ms);
	if (d->cause != OOM_CAUSE_LEAK)
		return;
	if (d->sawtooth) {
		oom_set_number(v, V_FALLS, s->falls);
		set_kib(v, V_FLOOR, (uint64_t)s->floor_kib);
		return;
	}
	if (d->crumbs)
		oom_set_text(v, V_CRUMBS, "");
	set_pace(v, s->grown_kib, s->to_ms - s->from_ms);
	/* Twice the limit: what it had before its growth is there once only;
	 * and others may have grown as well. */
	set_duration(v, V_ONCE_TIME, s->to_ms);
	if (s->grown_kib && limit)
		set_duration(v, V_TWICE_TIME,
			     s->to_ms + (uint64_t)((double)limit /
						   (double)s->grown_kib *
						   (s->to_ms - s->from_ms) *
						   d->grower_percent / 100));
}

static void set_several(struct oom_values *v, const struct oom_diagnosis *d)
{
	struct oom_buf buf, names;
	char text[OOM_BYTES_LEN];

	if (!d->several)
		return;
	buf = oom_set(v, V_SEVERAL);
	names = oom_set(v, V_SEVERAL_NAMES);
	for (unsigned int i = 0; i < d->members.n && i < 3; i++) {
		const struct oom_member *m = &d->members.of[i];

		if (m->bytes * 10 < d->members.total_bytes)
			break;
		oom_buf_puts(&buf, i ? ", " : "");
		oom_add_name(&buf, m->name, OOM_NAME_SHOWN);
		oom_buf_printf(&buf, " (%s)", oom_format_bytes(m->bytes, text));
		oom_buf_puts(&names, i ? ", " : "");
		oom_add_name(&names, m->name, OOM_NAME_SHOWN);
	}
}

/* The victim stood still while another process grew. */
static void set_other(struct oom_values *v, const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_track *victim;
	struct oom_shape shape;

	if (!d->report || !d->shape_known || d->several || d->group.count ||
	    d->cause == OOM_CAUSE_NODE_OOM ||
	    d->grower->pid == d->report->victim.pid || d->grower_percent < 60 ||
	    /* Files in memory grew, or another's memory: not worth a word. */
	    d->shape.grown_kib * 10 < oom_value_or(d->limit_bytes, 0) / 1024)
		return;
	victim = oom_history_track(f, d->report->victim.pid);
	if (!victim || (oom_history_shape(f, d->report, victim, &shape) &&
			shape.to_ms - shape.from_ms <
				2 * (d->shape.to_ms - d->shape.from_ms)))
		return;
	oom_set_name(v, V_OTHER, d->grower->name);
	oom_set_number(v, V_OTHER_PID, d->grower->pid);
	set_kib(v, V_OTHER_GROWN, d->shape.grown_kib);
}

void oom_set_grounds(struct oom_values *v, const struct oom_findings *f,
		     const struct oom_diagnosis *d)
{
	oom_set_text(v, V_HEADLINE, oom_wordings[d->cause].headline);
	set_processes(v, d);
	set_causes(v, d);
	set_tmpfs(v, f, d);
	set_growth(v, f, d);
	set_several(v, d);
	set_other(v, f, d);
}

/* ---- where in the code ---- */

enum {
	FUNCTION_SHOWN = 40,
	SOURCE_SHOWN = 30,
	VIA_SHOWN = 40,
	WHERE_MAX = 146, /* two lines of a page */
};

static void add_span(struct oom_buf *buf, struct oom_span name, size_t max)
{
	char text[OOM_PLACE_LEN];

	oom_span_copy(name, text, sizeof(text));
	oom_add_name(buf, text, max);
}

/* "assemble(), fem.f90:212", "train.py:42", "libfem.so" */
static void add_place(struct oom_buf *buf, const struct oom_whereabouts *at)
{
	/* A module's own code: "<module>". */
	bool function = at->function.len && at->function.ptr[0] != '<';

	if (function) {
		add_span(buf, at->function, FUNCTION_SHOWN);
		/* "operator()" has them, and so has "f(int)". */
		if (oom_span_find(at->function, "(") == at->function.len)
			oom_buf_puts(buf, "()");
	}
	if (!at->file.len)
		return;
	oom_buf_puts(buf, function ? ", " : "");
	add_span(buf, at->file, SOURCE_SHOWN);
	if (at->line)
		oom_buf_printf(buf, ":%u", at->line);
}

void oom_set_where(struct oom_values *v, const struct oom_where *where)
{
	const struct oom_whereabouts *top = &where->of[0];
	char text[OOM_VALUE_MAX];
	struct oom_buf all, one;

	oom_set_text(v, V_NO_PLACE, "");
	if (!where->n)
		return;
	one = oom_set(v, V_PLACE);
	add_place(&one, top);
	/* Nothing but a name between brackets, and no file. */
	v->known[V_PLACE] = one.len > 0;
	if (!one.len)
		return;
	v->known[V_NO_PLACE] = false;
	all = oom_set(v, V_WHERE);
	for (unsigned int i = 0; i < where->n; i++) {
		const struct oom_whereabouts *at = &where->of[i];

		oom_buf_init(&one, text, sizeof(text));
		oom_buf_printf(&one, "%s%u%% in ", i ? "; " : "", at->percent);
		add_place(&one, at);
		if (oom_span_is(at->memory, "stack"))
			oom_buf_puts(&one, ", on its stack");
		if (!i && at->via.len) {
			oom_buf_puts(&one, oom_span_starts(at->via, "by ")
						   ? " (called "
						   : " (");
			add_span(&one, at->via, VIA_SHOWN);
			oom_buf_puts(&one, ")");
		}
		if (i && all.len + one.len > WHERE_MAX)
			break;
		oom_buf_add(&all, (struct oom_span){ one.ptr, one.len });
	}
}
