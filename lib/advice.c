// SPDX-License-Identifier: GPL-2.0-or-later
#include "advice.h"

#include <string.h>

#include "picture.h"
#include "plot.h"
#include "values.h"
#include "wording.h"

#define RULE_WIDTH  72
#define MACHINE_MAX 896

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

/* "FUNCTION@FILE:LINE", of what did most. */
static void put_where(struct oom_buf *out, const struct oom_where *where)
{
	const struct oom_whereabouts *top = &where->of[0];

	if (!where->n)
		return;
	oom_buf_puts(out, " where=");
	if (top->function.len)
		oom_buf_name(out, top->function, OOM_PLACE_LEN, true);
	if (top->file.len) {
		oom_buf_puts(out, "@");
		oom_buf_name(out, top->file, OOM_PLACE_LEN, true);
	}
	if (top->line)
		oom_buf_printf(out, ":%u", top->line);
}

static void machine_line(const struct oom_findings *f,
			 const struct oom_diagnosis *d,
			 const struct oom_request *r,
			 const struct oom_where *where, struct oom_buf *out)
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
		oom_buf_name(out, oom_span(d->report->victim.name),
			     OOM_NAME_SHOWN, true);
	}
	put_where(out, where);
	oom_buf_puts(out, "\n");
}

/* ---- what is said, in which order ---- */

static void put_rule(struct oom_page *page)
{
	static const char title[] = " oom-advice";
	char rule[RULE_WIDTH];
	size_t dashes = RULE_WIDTH - (sizeof(title) - 1);

	memset(rule, '-', dashes);
	memcpy(rule + dashes, title, sizeof(title) - 1);
	oom_page_line(page, 0, (struct oom_span){ rule, sizeof(rule) });
}

static void put_template(struct oom_page *page, const struct oom_values *v,
			 const char *template, unsigned int indent,
			 unsigned int hang)
{
	char text[1024];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	if (oom_expand(v, template, &buf))
		oom_page_text(page, (struct oom_span){ buf.ptr, buf.len },
			      indent, hang);
}

static void put_all(struct oom_page *page, const struct oom_values *v,
		    const char *const *templates, unsigned int hang)
{
	for (; *templates; templates++)
		put_template(page, v, *templates, 0, hang);
}

static void put_advice(struct oom_page *page, const struct oom_values *v,
		       const struct oom_wording *w, unsigned int max)
{
	char text[1024];
	unsigned int number = 0;

	for (unsigned int i = 0; i < 5 && w->advice[i] && number < max; i++) {
		char numbered[1024 + 8];
		struct oom_buf buf, out;

		oom_buf_init(&buf, text, sizeof(text));
		if (!oom_expand(v, w->advice[i], &buf))
			continue;
		if (!number)
			oom_page_line(page, 0, oom_span("What to do:"));
		oom_buf_init(&out, numbered, sizeof(numbered));
		oom_buf_printf(&out, "%u. ", ++number);
		oom_buf_add(&out, (struct oom_span){ buf.ptr, buf.len });
		oom_page_text(page, (struct oom_span){ out.ptr, out.len }, 2,
			      5);
	}
}

static bool put_picture(struct oom_page *page, const struct oom_findings *f,
			const struct oom_diagnosis *d)
{
	struct oom_span rest, line;
	char text[OOM_PLOT_MAX];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	if (!oom_picture(f, d, &buf))
		return false;
	rest = (struct oom_span){ buf.ptr, buf.len };
	while (oom_next_line(&rest, &line))
		oom_page_line(page, 0, line);
	return true;
}

/* How much of what there is to say. */
struct extent {
	unsigned int evidence, advice;
	bool picture;
};

/* The block without its last line; false: there is no picture to leave out. */
static bool put_body(struct oom_page *page, const struct oom_values *v,
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
	if (most.picture && !put_picture(page, f, d))
		return false;
	if (!most.picture)
		oom_page_line(page, 0, oom_span(""));
	put_template(page, v,
		     d->cause == OOM_CAUSE_UNDETERMINED
			     ? oom_cause_line_undetermined
			     : oom_cause_lines[d->confidence],
		     0, 2);
	for (unsigned int i = 0; i < most.evidence && w->evidence[i]; i++)
		put_template(page, v, w->evidence[i], 2, 2);
	put_template(page, v, oom_where_line, 2, 4);
	put_advice(page, v, w, most.advice);
	put_all(page, v, oom_closing, 2);
	return true;
}

/* ---- the front ---- */

/*
 * Of the process that grew, where it was one; of workers, not of their parent.  A
 * JVM's heap and a node's other jobs do not grow in the code that would be seen.
 */
static void find_where(const struct oom_findings *f,
		       const struct oom_diagnosis *d, struct oom_where *ret)
{
	bool shared = d->cause == OOM_CAUSE_TMPFS,
	     one = d->grower && !d->several && !d->group.count && !d->alike &&
		   !shared;
	const struct oom_where_of of = {
		.pid = one ? d->grower->pid : 0,
		.not_pid = d->group.count ? d->group.parent : 0,
		.shared = shared,
	};

	ret->n = 0;
	if (d->cause != OOM_CAUSE_NONE && d->cause != OOM_CAUSE_JVM &&
	    d->cause != OOM_CAUSE_NODE_OOM)
		oom_where(f, of, ret);
}

static void fill(struct oom_values *v, const struct oom_findings *f,
		 const struct oom_diagnosis *d, const struct oom_request *r,
		 const struct oom_where *where)
{
	oom_values_clear(v);
	oom_set_incident(v, f, d, r);
	oom_set_grounds(v, f, d);
	oom_set_where(v, where);
	oom_set_remedy(v, f, d, r);
}

void oom_advice_block(const struct oom_findings *f,
		      const struct oom_diagnosis *d,
		      const struct oom_request *r, struct oom_buf *out)
{
	/* What to leave out, in this order, until the block is short enough. */
	static const struct extent tries[] = {
		{ 4, 5, true },	 { 4, 3, true },  { 2, 2, true },
		{ 1, 2, true },	 { 1, 1, true },  { 4, 5, false },
		{ 4, 3, false }, { 1, 3, false }, { 1, 2, false },
		{ 1, 1, false },
	};
	char memory[4 * OOM_BLOCK_MAX], machine[MACHINE_MAX];
	struct oom_values v;
	struct oom_where where;
	struct oom_page page;
	struct oom_buf last;
	struct oom_span rest, line;
	unsigned int lines = 0;

	find_where(f, d, &where);
	fill(&v, f, d, r, &where);
	oom_buf_init(&last, machine, sizeof(machine));
	machine_line(f, d, r, &where, &last);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		page = (struct oom_page){ .lines = 0 };
		oom_buf_init(&page.text, memory, sizeof(memory));
		if (tries[i].picture && f->no_plot)
			continue;
		/* What to ask for is worth more than the picture. */
		if (tries[i].picture && tries[i].advice == 1 &&
		    r->node_bytes.known)
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
	struct oom_values v;
	char text[OOM_POINTER_MAX];
	struct oom_buf buf;

	oom_values_clear(&v);
	oom_set_step(&v, f);
	if (job_output && job_output[0]) {
		struct oom_span path = oom_span(job_output);
		size_t slash = oom_span_rfind(path, "/");

		if (slash < path.len) {
			path.ptr += slash + 1;
			path.len -= slash + 1;
		}
		buf = oom_set(&v, V_JOB_OUTPUT);
		oom_buf_name(&buf, path, 80, false);
	}
	oom_buf_init(&buf, text, sizeof(text));
	if (!oom_expand(&v, oom_pointer, &buf))
		return;
	oom_buf_add(out, (struct oom_span){ buf.ptr, buf.len });
	oom_buf_puts(out, "\n");
}

void oom_advice_notice(const struct oom_findings *f,
		       const struct oom_diagnosis *d, struct oom_buf *out)
{
	struct oom_request none = { .reason = OOM_REQUEST_NOT_NEEDED };
	struct oom_page page = { .lines = 0 };
	char memory[4 * OOM_NOTICE_MAX];
	struct oom_span rest, line;
	struct oom_where nowhere = { .n = 0 };
	struct oom_values v;

	fill(&v, f, d, &none, &nowhere);
	if (f->job_id.known)
		oom_set_number(&v, V_JOB, f->job_id.value);
	oom_buf_init(&page.text, memory, sizeof(memory));
	put_all(&page, &v, oom_notice, 0);
	rest = (struct oom_span){ page.text.ptr, page.text.len };
	for (int i = 0; i < 3 && oom_next_line(&rest, &line); i++) {
		oom_buf_add(out, line);
		oom_buf_puts(out, "\n");
	}
}
