// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"

#define RECORD_MAX	8192 /* CONSOLE_EXT_LOG_MAX; a shorter buffer is EINVAL */
#define ROW_MAX		176
#define LATER_TABLE_MAX 16 /* rows kept of each report after the first */
#define COLLECT_MAX	24576

enum line_kind {
	LINE_OTHER,
	LINE_INVOKED,
	LINE_USAGE,
	LINE_STATS_HEAD,
	LINE_STAT,
	LINE_TABLE_HEAD,
	LINE_ROW,
	LINE_SUMMARY,
	LINE_GROUP,
	LINE_KILLED,
	LINE_LEFT_OUT,
};

static const char killed_memcg[] =
	"Memory cgroup out of memory: Killed process ";
static const char killed_node[] = "Out of memory: Killed process ";
static const char left_out[] = "task table rows left out: ";

/* "anon 96800768": a lower-case key and a number. */
static bool is_stat(struct oom_span line)
{
	struct oom_span key, number, rest;
	uint64_t value;

	if (!oom_next_word(&line, &key) || !oom_next_word(&line, &number) ||
	    oom_next_word(&line, &rest) || oom_parse_u64(number, &value))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (!((key.ptr[i] >= 'a' && key.ptr[i] <= 'z') ||
		      (key.ptr[i] >= '0' && key.ptr[i] <= '9') ||
		      key.ptr[i] == '_'))
			return false;
	return true;
}

static bool is_row(struct oom_span line)
{
	struct oom_span word;
	uint64_t pid;
	size_t end;

	if (!oom_span_skip(&line, "["))
		return false;
	end = oom_span_find(line, "]");
	word = oom_span_trim((struct oom_span){ line.ptr, end });
	return end < line.len && !oom_parse_u64(word, &pid);
}

static bool is_table_head(struct oom_span line)
{
	struct oom_span word;

	return oom_span_skip(&line, "[") && oom_next_word(&line, &word) &&
	       oom_span_is(word, "pid");
}

static enum line_kind classify(struct oom_span line)
{
	/* First: whatever the name in front of it pretends to be. */
	if (oom_span_find(line, " invoked oom-killer: gfp_mask") < line.len)
		return LINE_INVOKED;
	if (oom_span_starts(line, "["))
		return is_table_head(line) ? LINE_TABLE_HEAD
		       : is_row(line)	   ? LINE_ROW
					   : LINE_OTHER;
	if (oom_span_starts(line, "oom-kill:constraint="))
		return LINE_SUMMARY;
	if (oom_span_starts(line, killed_memcg) ||
	    oom_span_starts(line, killed_node))
		return LINE_KILLED;
	if (oom_span_starts(line, "Tasks in ") &&
	    oom_span_find(line, "memory.oom.group") < line.len)
		return LINE_GROUP;
	if (oom_span_starts(line, "memory: usage ") ||
	    oom_span_starts(line, "swap: usage ") ||
	    oom_span_starts(line, "memory+swap: usage "))
		return LINE_USAGE;
	if (oom_span_starts(line, "Memory cgroup stats for "))
		return LINE_STATS_HEAD;
	if (oom_span_starts(line, left_out))
		return LINE_LEFT_OUT;
	return is_stat(line) ? LINE_STAT : LINE_OTHER;
}

/* The number of the table's column `column`, counted behind the bracket. */
static bool row_column(struct oom_span row, unsigned int column, uint64_t *ret)
{
	struct oom_span word;
	size_t end = oom_span_find(row, "]");

	if (end == row.len)
		return false;
	row.ptr += end + 1;
	row.len -= end + 1;
	do {
		if (!oom_next_word(&row, &word))
			return false;
	} while (column--);
	return !oom_parse_u64(word, ret);
}

/* "..., KEY=value, ...": the value after the first `key`, up to a comma. */
static struct oom_span summary_field(struct oom_span line, const char *key)
{
	size_t at = oom_span_find(line, key);
	struct oom_span value = { line.ptr, 0 };

	if (at == line.len)
		return value;
	value.ptr = line.ptr + at + strlen(key);
	value.len = line.len - at - strlen(key);
	value.len = oom_span_find(value, ",");
	return value;
}

/* What is being collected, and the table of the report that is coming in. */
struct collector {
	const char *step_path;
	struct oom_buf out;
	size_t report_start;  /* where the open report begins in `out` */
	unsigned int reports; /* kept so far */
	bool in_stats;
	bool skipping, skipping_group; /* the open report is another job's */
	unsigned int n_rows, rows_dropped;
	struct {
		uint64_t rss;
		char text[ROW_MAX];
	} rows[OOM_TABLE_MAX];
};

/* Keeps the largest rows, in the table's order. */
static void collect_row(struct collector *c, struct oom_span line)
{
	unsigned int max = c->reports ? LATER_TABLE_MAX : OOM_TABLE_MAX, at = 0;
	uint64_t rss = 0;

	(void)row_column(line, 3,
			 &rss); /* uid tgid total_vm rss: all kernels */
	if (c->n_rows == max) {
		for (unsigned int i = 1; i < c->n_rows; i++)
			if (c->rows[i].rss < c->rows[at].rss)
				at = i;
		c->rows_dropped++;
		if (c->rows[at].rss >= rss)
			return;
		memmove(&c->rows[at], &c->rows[at + 1],
			(c->n_rows - at - 1) * sizeof(c->rows[0]));
		c->n_rows--;
	}
	c->rows[c->n_rows].rss = rss;
	oom_span_copy(line, c->rows[c->n_rows].text, ROW_MAX);
	c->n_rows++;
}

static void flush_rows(struct collector *c)
{
	for (unsigned int i = 0; i < c->n_rows; i++)
		oom_buf_printf(&c->out, "0 %s\n", c->rows[i].text);
	if (c->rows_dropped)
		oom_buf_printf(&c->out, "0 %s%u\n", left_out, c->rows_dropped);
	c->n_rows = c->rows_dropped = 0;
}

/* "6,339,5140900,-;text": the time and the text, or false. */
static bool split_record(struct oom_span record, uint64_t *when_us,
			 struct oom_span *text)
{
	size_t semicolon = oom_span_find(record, ";");
	struct oom_span head = { record.ptr, semicolon }, number;

	if (semicolon == record.len)
		return false;
	text->ptr = record.ptr + semicolon + 1;
	text->len = record.len - semicolon - 1;
	for (int skip = 2; skip; skip--) {
		size_t comma = oom_span_find(head, ",");

		if (comma == head.len)
			return false;
		head.ptr += comma + 1;
		head.len -= comma + 1;
	}
	number = (struct oom_span){ head.ptr, oom_span_find(head, ",") };
	return !oom_parse_u64(number, when_us);
}

/* 5.10 prints the stats as one record, its newlines escaped. */
static void add_stats(struct oom_buf *out, uint64_t when_us,
		      struct oom_span text)
{
	while (text.len) {
		size_t end = oom_span_find(text, "\\x0a");
		struct oom_span line = { text.ptr, end };

		if (is_stat(line)) {
			oom_buf_printf(out, "%llu ",
				       (unsigned long long)when_us);
			oom_buf_add(out, line);
			oom_buf_puts(out, "\n");
		}
		end += end < text.len ? 4 : 0;
		text.ptr += end;
		text.len -= end;
	}
}

/*
 * A path in the kernel's words against ours: equal, below it, or the same with
 * a cgroup namespace's prefix in front.
 */
bool oom_kernel_path_within(const char *kernel_path, const char *path)
{
	struct oom_span rest = oom_span(kernel_path);
	size_t len = strlen(path), at;

	while ((at = oom_span_find(rest, path)) < rest.len) {
		if (at + len == rest.len || rest.ptr[at + len] == '/')
			return true;
		rest.ptr += at + 1;
		rest.len -= at + 1;
	}
	return false;
}

static bool is_ours(struct collector *c, struct oom_span summary)
{
	char path[OOM_CGROUP_PATH_MAX];

	summary.len = oom_span_find(summary, ",task=");
	oom_span_copy(summary_field(summary, ",task_memcg="), path,
		      sizeof(path));
	return oom_kernel_path_within(path, c->step_path);
}

/* "Tasks in PATH are going to be killed due to memory.oom.group set" */
static bool is_ours_group(struct collector *c, struct oom_span line)
{
	char path[OOM_CGROUP_PATH_MAX];

	(void)oom_span_skip(&line, "Tasks in ");
	line.len = oom_span_rfind(line, " are going to be killed");
	oom_span_copy(line, path, sizeof(path));
	/* The group may be the step, or be wider: a job or a part of a step. */
	return oom_kernel_path_within(path, c->step_path) ||
	       (path[0] && oom_kernel_path_within(c->step_path, path));
}

static void collect_line(struct collector *c, uint64_t when_us,
			 struct oom_span line)
{
	enum line_kind kind = classify(line);
	struct oom_span first = { line.ptr, oom_span_find(line, "\\x0a") };

	if (kind == LINE_INVOKED) {
		c->skipping = c->skipping_group = false;
		c->n_rows = c->rows_dropped = 0;
		c->report_start = c->out.len;
	}
	if (kind == LINE_GROUP && !is_ours_group(c, line)) {
		/* All of that group's kills follow, without reports. */
		c->skipping = c->skipping_group = true;
		return;
	}
	if (c->skipping) {
		/* Its own "Killed process" line ends it; the next is another's. */
		if (kind == LINE_KILLED && !c->skipping_group)
			c->skipping = false;
		return;
	}
	if (c->in_stats &&
	    (kind == LINE_STAT || (first.len < line.len && is_stat(first)))) {
		add_stats(&c->out, when_us, line);
		return;
	}
	c->in_stats = kind == LINE_STATS_HEAD ||
		      (c->in_stats && kind == LINE_OTHER);
	if (kind == LINE_OTHER || kind == LINE_STAT)
		return;
	if (kind == LINE_ROW) {
		collect_row(c, line);
		return;
	}
	flush_rows(c);
	if (kind == LINE_SUMMARY) {
		if (!is_ours(c, line)) {
			c->out.len = c->report_start;
			c->out.ptr[c->out.len] = '\0';
			c->skipping = true;
			return;
		}
		c->reports++;
	}
	oom_buf_printf(&c->out, "%llu ", (unsigned long long)when_us);
	oom_buf_add(&c->out, line);
	oom_buf_puts(&c->out, "\n");
	if (kind == LINE_KILLED)
		c->report_start = c->out.len;
}

int oom_kernel_log_collect(struct oom_buf *capture, int kmsg_fd,
			   const char *step_path, unsigned int max_records)
{
	struct collector c = { .step_path = step_path };
	char text[COLLECT_MAX], record[RECORD_MAX];
	int rc = -ENODATA;

	oom_buf_init(&c.out, text, sizeof(text));
	while (max_records--) {
		ssize_t got = read(kmsg_fd, record, sizeof(record));
		struct oom_span rest, line, body;
		uint64_t when_us;

		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue; /* overwritten before we came to it */
		if (got <= 0) {
			if (got < 0 && errno != EAGAIN)
				rc = -errno;
			break;
		}
		rc = 0;
		/* Further lines of a record are its dictionary, not its text. */
		rest = (struct oom_span){ record, (size_t)got };
		if (oom_next_line(&rest, &line) &&
		    split_record(line, &when_us, &body))
			collect_line(&c, when_us, body);
	}
	if (c.out.len)
		oom_capture_add(capture, "kernel log",
				(struct oom_span){ c.out.ptr, c.out.len });
	return rc;
}

/* ---- parsing ---- */

enum column {
	COL_UID,
	COL_VM,
	COL_RSS,
	COL_ANON,
	COL_FILE,
	COL_SHMEM,
	COL_SWAP,
	COL_ADJ,
	COL_NAME,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {
	[COL_UID] = "uid",	 [COL_VM] = "total_vm",
	[COL_RSS] = "rss",	 [COL_ANON] = "rss_anon",
	[COL_FILE] = "rss_file", [COL_SHMEM] = "rss_shmem",
	[COL_SWAP] = "swapents", [COL_ADJ] = "oom_score_adj",
	[COL_NAME] = "name",
};

struct parser {
	struct oom_kernel_log *log;
	uint64_t page_bytes;
	struct oom_report open; /* the report whose lines are coming in */
	bool started;		/* `open` holds something */
	int column_at[COLUMNS]; /* behind the bracket; -1: not printed */
};

static void parser_reset(struct parser *p)
{
	memset(&p->open, 0, sizeof(p->open));
	p->open.first_row = p->log->n_rows;
	p->started = false;
	for (int i = 0; i < COLUMNS; i++)
		p->column_at[i] = -1;
}

/* A kill without a path may be anybody's: it makes room for one that has. */
static void parser_emit(struct parser *p)
{
	struct oom_kernel_log *log = p->log;
	unsigned int at = log->n_reports;

	if (log->n_reports == OOM_REPORTS_MAX) {
		log->n_reports_left_out++;
		if (!p->open.task_memcg[0])
			return;
		while (at && log->reports[at - 1].task_memcg[0])
			at--;
		if (!at)
			return;
		memmove(&log->reports[at - 1], &log->reports[at],
			(log->n_reports - at) * sizeof(log->reports[0]));
		log->n_reports--;
	}
	log->reports[log->n_reports++] = p->open;
}

static void parse_table_head(struct parser *p, struct oom_span line)
{
	struct oom_span word;
	size_t end = oom_span_find(line, "]");
	int at = 0;

	if (end == line.len)
		return;
	line.ptr += end + 1;
	line.len -= end + 1;
	while (oom_next_word(&line, &word)) {
		for (int i = 0; i < COLUMNS; i++)
			if (oom_span_is(word, column_names[i]))
				p->column_at[i] = at;
		at++;
	}
}

static struct oom_reading pages(struct parser *p, struct oom_span word)
{
	uint64_t value;

	if (oom_parse_u64(word, &value) ||
	    __builtin_mul_overflow(value, p->page_bytes, &value))
		return (struct oom_reading){ 0 };
	return oom_known(value);
}

static bool parse_row(struct parser *p, struct oom_span line,
		      struct oom_process *ret)
{
	struct oom_process row = { 0 };
	struct oom_span word, tail;
	size_t end = oom_span_find(line, "]");
	uint64_t number;
	bool named = false;
	int at = 0;

	word = oom_span_trim((struct oom_span){ line.ptr + 1, end - 1 });
	if (oom_parse_u64(word, &number) || number > UINT32_MAX)
		return false;
	row.pid = (uint32_t)number;
	tail = (struct oom_span){ line.ptr + end + 1, line.len - end - 1 };
	for (;; at++) {
		if (at == p->column_at[COL_NAME]) {
			/* The last column; a name may hold blanks. */
			oom_span_copy(oom_span_trim(tail), row.name,
				      sizeof(row.name));
			named = true;
			break;
		}
		if (!oom_next_word(&tail, &word))
			break;
		if (at == p->column_at[COL_UID]) {
			if (oom_parse_u64(word, &number) || number > UINT32_MAX)
				return false;
			row.uid = (uint32_t)number;
		} else if (at == p->column_at[COL_VM]) {
			row.virtual_bytes = pages(p, word);
		} else if (at == p->column_at[COL_RSS]) {
			row.rss_bytes = pages(p, word);
		} else if (at == p->column_at[COL_ANON]) {
			row.anon_bytes = pages(p, word);
		} else if (at == p->column_at[COL_FILE]) {
			row.file_bytes = pages(p, word);
		} else if (at == p->column_at[COL_SHMEM]) {
			row.shmem_bytes = pages(p, word);
		} else if (at == p->column_at[COL_SWAP]) {
			row.swap_bytes = pages(p, word);
		} else if (at == p->column_at[COL_ADJ]) {
			(void)oom_parse_i64(word, &row.oom_score_adj);
		}
	}
	if (!named || p->column_at[COL_UID] < 0 || !row.rss_bytes.known)
		return false;
	*ret = row;
	return true;
}

/*
 * The paths come before the task's name, so the first of each key is the
 * kernel's; the name may hold anything, even ",oom_memcg=/".
 */
static void parse_summary(struct parser *p, struct oom_span line)
{
	struct oom_report *r = &p->open;
	struct oom_span constraint = summary_field(line, "constraint=");

	if (oom_span_is(constraint, "CONSTRAINT_MEMCG"))
		r->constraint = OOM_CONSTRAINT_MEMCG;
	else if (oom_span_is(constraint, "CONSTRAINT_NONE"))
		r->constraint = OOM_CONSTRAINT_NONE;
	else if (oom_span_is(constraint, "CONSTRAINT_CPUSET") ||
		 oom_span_is(constraint, "CONSTRAINT_MEMORY_POLICY"))
		r->constraint = OOM_CONSTRAINT_NUMA;
	line.len = oom_span_find(line, ",task=");
	oom_span_copy(summary_field(line, ",oom_memcg="), r->oom_memcg,
		      sizeof(r->oom_memcg));
	oom_span_copy(summary_field(line, ",task_memcg="), r->task_memcg,
		      sizeof(r->task_memcg));
}

/* "KEY:123kB" in the fixed tail of the "Killed process" line. */
static struct oom_reading killed_kib(struct oom_span tail, const char *key)
{
	size_t at = oom_span_find(tail, key);
	struct oom_span number;
	uint64_t value;

	if (at == tail.len)
		return (struct oom_reading){ 0 };
	number.ptr = tail.ptr + at + strlen(key);
	number.len = tail.len - at - strlen(key);
	number.len = oom_span_find(number, "kB");
	if (oom_parse_u64(number, &value) ||
	    __builtin_mul_overflow(value, 1024, &value))
		return (struct oom_reading){ 0 };
	return oom_known(value);
}

static bool parse_killed(struct parser *p, struct oom_span line)
{
	struct oom_process victim = { 0 };
	struct oom_span number, name, tail, uid;
	bool memcg = oom_span_skip(&line, killed_memcg);
	uint64_t value;
	size_t at;

	if (!memcg && !oom_span_skip(&line, killed_node))
		return false;
	at = oom_span_find(line, " (");
	number = (struct oom_span){ line.ptr, at };
	if (at == line.len || oom_parse_u64(number, &value) ||
	    value > UINT32_MAX)
		return false;
	victim.pid = (uint32_t)value;
	name = (struct oom_span){ line.ptr + at + 2, line.len - at - 2 };
	/* The name may hold ") total-vm:" itself: the last one is the real. */
	at = oom_span_rfind(name, ") total-vm:");
	if (at == name.len)
		return false;
	tail = (struct oom_span){ name.ptr + at, name.len - at };
	name.len = at;
	oom_span_copy(name, victim.name, sizeof(victim.name));
	victim.virtual_bytes = killed_kib(tail, "total-vm:");
	victim.anon_bytes = killed_kib(tail, "anon-rss:");
	victim.file_bytes = killed_kib(tail, "file-rss:");
	victim.shmem_bytes = killed_kib(tail, "shmem-rss:");
	if (victim.anon_bytes.known && victim.file_bytes.known &&
	    victim.shmem_bytes.known)
		victim.rss_bytes = oom_known(victim.anon_bytes.value +
					     victim.file_bytes.value +
					     victim.shmem_bytes.value);
	at = oom_span_find(tail, " UID:");
	if (at < tail.len) {
		uid.ptr = tail.ptr + at + strlen(" UID:");
		uid.len = tail.len - at - strlen(" UID:");
		uid.len = oom_span_find(uid, " ");
		if (!oom_parse_u64(uid, &value) && value <= UINT32_MAX)
			victim.uid = (uint32_t)value;
	}
	p->open.victim = victim;
	p->open.complete = true;
	if (p->open.constraint == OOM_CONSTRAINT_UNKNOWN)
		p->open.constraint = memcg ? OOM_CONSTRAINT_MEMCG
					   : OOM_CONSTRAINT_NONE;
	return true;
}

/* "memory: usage 102400kB, limit 102400kB, failcnt 137" */
static void parse_usage(struct oom_level *memory, struct oom_span line)
{
	if (!oom_span_starts(line, "memory: "))
		return;
	memory->usage_bytes = killed_kib(line, "usage ");
	memory->limit_bytes = killed_kib(line, "limit ");
}

/* Takes "123 " off the front; false when the line has no time. */
static bool take_time(struct oom_span *line, uint64_t *when_us)
{
	struct oom_span word;
	size_t end = oom_span_find(*line, " ");

	word = (struct oom_span){ line->ptr, end };
	if (end == line->len || oom_parse_u64(word, when_us))
		return false;
	line->ptr += end + 1;
	line->len -= end + 1;
	return true;
}

static void parse_line(struct parser *p, uint64_t when_us, struct oom_span line)
{
	struct oom_report *r = &p->open;
	enum line_kind kind = classify(line);
	struct oom_process row;
	struct oom_span number;
	uint64_t value;

	/* A kill without a report of its own: rate-limited, or in a group. */
	if (kind == LINE_KILLED && r->complete) {
		bool group = r->group_kill;
		struct oom_report next = { .group_kill = group };

		if (group) {
			next.constraint = r->constraint;
			memcpy(next.oom_memcg, r->oom_memcg,
			       sizeof(next.oom_memcg));
			memcpy(next.task_memcg, r->task_memcg,
			       sizeof(next.task_memcg));
		}
		parser_reset(p);
		next.first_row = p->log->n_rows;
		p->open = next;
	} else if (kind != LINE_GROUP && kind != LINE_OTHER && r->complete) {
		parser_reset(p);
	}
	switch (kind) {
	case LINE_INVOKED:
		if (p->started)
			parser_reset(p);
		break;
	case LINE_USAGE:
		parse_usage(&r->memory, line);
		break;
	case LINE_STATS_HEAD:
	case LINE_OTHER:
		return;
	case LINE_STAT:
		oom_level_parse_stat(&r->memory, line);
		break;
	case LINE_TABLE_HEAD:
		parse_table_head(p, line);
		break;
	case LINE_ROW:
		if (!parse_row(p, line, &row))
			return;
		if (r->n_rows < OOM_TABLE_MAX &&
		    p->log->n_rows < OOM_ROWS_MAX) {
			p->log->rows[p->log->n_rows++] = row;
			r->n_rows++;
		} else {
			r->n_rows_left_out++;
		}
		break;
	case LINE_LEFT_OUT:
		number = line;
		if (oom_span_skip(&number, left_out) &&
		    !oom_parse_u64(number, &value) && value <= UINT32_MAX)
			r->n_rows_left_out += (unsigned int)value;
		break;
	case LINE_SUMMARY:
		parse_summary(p, line);
		break;
	case LINE_GROUP:
		r->group_kill = true;
		if (p->log->n_reports && r->complete)
			p->log->reports[p->log->n_reports - 1].group_kill =
				true;
		break;
	case LINE_KILLED:
		if (!parse_killed(p, line))
			return;
		if (when_us)
			r->when_us = oom_known(when_us);
		parser_emit(p);
		break;
	}
	p->started = true;
}

void oom_kernel_log_parse(struct oom_kernel_log *log, struct oom_span text,
			  uint64_t page_bytes)
{
	struct parser p = { .log = log, .page_bytes = page_bytes };
	struct oom_span line;
	uint64_t when_us;

	log->n_reports = log->n_reports_left_out = log->n_rows = 0;
	parser_reset(&p);
	while (oom_capture_line(&text, &line))
		if (take_time(&line, &when_us))
			parse_line(&p, when_us, line);
}
