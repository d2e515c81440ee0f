// SPDX-License-Identifier: GPL-2.0-or-later
#include "record_text.h"

#include <stdio.h>
#include <string.h>

#include "capture.h"

#define IS_WHOLE(entry) \
	((entry)->check == oom_record_check((entry), sizeof(*(entry))))

/* ---- as text ---- */

static uint32_t bounded(uint32_t n, uint32_t max)
{
	return n < max ? n : max;
}

/* A section is written into a text of its own first: capture_add() indents. */
#define SECTION_MAX 8192

static void put_series(const struct oom_series *s, const char *section,
		       struct oom_buf *capture)
{
	char memory[SECTION_MAX];
	struct oom_buf text;

	oom_buf_init(&text, memory, sizeof(memory));
	for (uint32_t i = 0; i < bounded(s->n, OOM_SERIES_MAX); i++) {
		struct oom_series_point p = s->points[i];

		if (IS_WHOLE(&p))
			oom_buf_printf(&text, "%u %u %u %u %u %u\n", p.at_ms,
				       p.job_kib, p.anon_kib, p.file_kib,
				       p.shmem_kib, p.kernel_kib);
	}
	if (text.len)
		oom_capture_add(capture, section,
				(struct oom_span){ text.ptr, text.len });
}

static void put_name(struct oom_buf *text, const char *name, size_t max)
{
	oom_buf_name(text, (struct oom_span){ name, strnlen(name, max) }, max,
		     false);
}

static void put_track(const struct oom_track *t, struct oom_buf *capture)
{
	char memory[SECTION_MAX], section[32];
	struct oom_track_point whole[OOM_TRACK_POINTS];
	struct oom_buf text;
	uint32_t n = 0;

	if (!t->pid)
		return;
	for (uint32_t i = 0; i < bounded(t->n, OOM_TRACK_POINTS); i++) {
		whole[n] = t->points[i];
		n += IS_WHOLE(&whole[n]);
	}
	oom_buf_init(&text, memory, sizeof(memory));
	oom_buf_printf(&text,
		       "ppid %u\nthreads %u\nvirtual_kib %u\npeak_kib %u\n"
		       "points %u\n",
		       t->ppid, t->threads, t->virtual_kib, t->peak_kib, n);
	if (t->gone_ms)
		oom_buf_printf(&text, "gone_ms %u\n", t->gone_ms);
	oom_buf_puts(&text, "name ");
	put_name(&text, t->name, sizeof(t->name));
	oom_buf_puts(&text, "\n");
	for (uint32_t i = 0; i < n; i++) {
		const struct oom_track_point *p = &whole[i];

		oom_buf_printf(&text, "at %u %u %u %u %u %u %u %u %u\n",
			       p->at_ms, p->anon_kib, p->shared_kib,
			       p->data_kib, p->read_kib, p->user_ms,
			       p->system_ms, p->wait_ms, p->sleeps);
	}
	(void)snprintf(section, sizeof(section), "process %u", t->pid);
	oom_capture_add(capture, section,
			(struct oom_span){ text.ptr, text.len });
}

static void put_census(const struct oom_record *r, struct oom_buf *capture)
{
	char memory[SECTION_MAX];
	struct oom_buf text;

	oom_buf_init(&text, memory, sizeof(memory));
	oom_buf_printf(&text, "at_ms %u\nprocesses %u\n", r->census_ms,
		       r->n_processes);
	for (unsigned int i = 0; i < OOM_CENSUS_MAX; i++) {
		struct oom_census_entry e = r->census[i];

		if (!e.pid || !IS_WHOLE(&e))
			continue;
		oom_buf_printf(&text, "is %u %u %u %u ", e.pid, e.ppid,
			       e.anon_kib, e.shared_kib);
		put_name(&text, e.name, sizeof(e.name));
		oom_buf_puts(&text, "\n");
	}
	oom_capture_add(capture, "census",
			(struct oom_span){ text.ptr, text.len });
}

static void put_known(struct oom_buf *text, struct oom_reading r)
{
	if (r.known)
		oom_buf_printf(text, " %llu", (unsigned long long)r.value);
	else
		oom_buf_puts(text, " -");
}

static void put_files(const struct oom_record *r,
		      const struct oom_file_facts *facts,
		      struct oom_buf *capture)
{
	static const struct oom_file_facts unknown;
	char memory[SECTION_MAX];
	struct oom_buf text;

	oom_buf_init(&text, memory, sizeof(memory));
	for (unsigned int i = 0; i < OOM_FILES_MAX; i++) {
		struct oom_record_file f = r->files[i];
		const struct oom_file_facts *fact = facts ? &facts[i]
							  : &unknown;

		if (!f.pid || !IS_WHOLE(&f))
			continue;
		oom_buf_printf(&text, "%s %u %llu %llu %u %u %u",
			       f.writes ? "writes" : "reads", f.pid,
			       (unsigned long long)f.first_position,
			       (unsigned long long)f.position, f.first_ms,
			       f.last_ms, f.moves);
		put_known(&text, fact->size_bytes);
		put_known(&text, fact->stored_bytes);
		oom_buf_puts(&text, " ");
		put_name(&text, f.path, sizeof(f.path));
		oom_buf_puts(&text, "\n");
	}
	if (text.len)
		oom_capture_add(capture, "files",
				(struct oom_span){ text.ptr, text.len });
}

static void put_sites(const struct oom_record *r, struct oom_buf *capture)
{
	char memory[SECTION_MAX];
	struct oom_buf text;

	if (!r->faults_since_ms && !r->faults_error)
		return;
	oom_buf_init(&text, memory, sizeof(memory));
	oom_buf_printf(&text, "since_ms %u\nerror %d\npages %llu\n",
		       r->faults_since_ms, r->faults_error,
		       (unsigned long long)r->fault_pages);
	for (unsigned int i = 0; i < OOM_SITES_MAX; i++) {
		struct oom_site s = r->sites[i];

		if (!s.pid || !IS_WHOLE(&s))
			continue;
		oom_buf_printf(&text, "site %u %u %u %llu %u %llx", s.pid,
			       s.first_ms, s.last_ms,
			       (unsigned long long)s.pages, s.in_syscall,
			       (unsigned long long)s.ip);
		for (unsigned int j = 0; j < OOM_SITE_CALLERS && s.callers[j];
		     j++)
			oom_buf_printf(&text, " %llx",
				       (unsigned long long)s.callers[j]);
		oom_buf_puts(&text, "\n");
	}
	oom_capture_add(capture, "faults",
			(struct oom_span){ text.ptr, text.len });
}

static const char *const place_kinds[] = {
	[OOM_PLACE_NATIVE] = "native", [OOM_PLACE_PYTHON] = "python",
	[OOM_PLACE_ASLEEP] = "asleep", [OOM_PLACE_GONE] = "gone",
	[OOM_PLACE_GIVEN] = "given",
};
enum { PLACE_KINDS = sizeof(place_kinds) / sizeof(place_kinds[0]) };

/* "FUNCTION<tab>FILE<tab>LINE<tab>VIA", each of them a name. */
static void put_place_text(struct oom_buf *text, const char *place)
{
	struct oom_span rest = { place, strnlen(place, OOM_PLACE_LEN) };

	while (rest.len) {
		size_t end = oom_span_find(rest, "\t");

		oom_buf_name(text, (struct oom_span){ rest.ptr, end },
			     OOM_PLACE_LEN, false);
		end += end < rest.len;
		if (end && rest.ptr[end - 1] == '\t')
			oom_buf_puts(text, "\t");
		rest.ptr += end;
		rest.len -= end;
	}
}

static void put_places(const struct oom_record *r, struct oom_buf *capture)
{
	char memory[SECTION_MAX];
	struct oom_buf text;

	oom_buf_init(&text, memory, sizeof(memory));
	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++) {
		struct oom_place p = r->places[i];

		if (!p.pid || !p.kind || p.kind >= PLACE_KINDS || !IS_WHOLE(&p))
			continue;
		oom_buf_printf(&text, "%s %u %u %u %u %u %u ",
			       place_kinds[p.kind], p.pid, p.kib, p.late_kib,
			       p.first_ms, p.last_ms, p.looks);
		put_place_text(&text, p.text);
		oom_buf_puts(&text, "\n");
	}
	if (text.len)
		oom_capture_add(capture, "places",
				(struct oom_span){ text.ptr, text.len });
}

void oom_record_capture(const struct oom_record *r,
			const struct oom_file_facts *facts,
			struct oom_buf *capture)
{
	char memory[512];
	struct oom_buf text;

	if (r->version != OOM_RECORD_VERSION || !r->started)
		return;
	oom_buf_init(&text, memory, sizeof(memory));
	oom_buf_printf(&text,
		       "limit_kib %llu\nlooks %u\ndetails %u\npage_ns %u\n",
		       (unsigned long long)r->limit_kib, r->looks, r->details,
		       r->page_ns);
	if (r->java_pid)
		oom_buf_printf(&text, "%s %u %u\n",
			       oom_record_java_word(r->java_source),
			       r->java_pid, r->java_heap_kib);
	for (uint32_t i = 0; i < bounded(r->n_moments, OOM_MOMENTS_MAX); i++)
		oom_buf_printf(&text, "kill %u %u\n", r->moments[i].at_ms,
			       r->moments[i].kills);
	oom_capture_add(capture, "recorder",
			(struct oom_span){ text.ptr, text.len });
	put_series(&r->whole, "usage", capture);
	put_series(&r->recent, "recent usage", capture);
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++)
		put_track(&r->tracks[i], capture);
	put_census(r, capture);
	put_files(r, facts, capture);
	put_sites(r, capture);
	put_places(r, capture);
}

/* ---- and back ---- */

/* So many numbers at the front of the line; the rest stays in it. */
static bool take_numbers(struct oom_span *line, uint64_t *numbers, size_t n)
{
	struct oom_span word;

	for (size_t i = 0; i < n; i++)
		if (!oom_next_word(line, &word) ||
		    oom_parse_u64(word, &numbers[i]))
			return false;
	return true;
}

/* So many numbers, and nothing else. */
static bool only_numbers(struct oom_span line, uint64_t *numbers, size_t n)
{
	return take_numbers(&line, numbers, n) && !oom_span_trim(line).len;
}

static void parse_recorder(struct oom_history *h, struct oom_span body)
{
	struct oom_span line, key;
	enum oom_java_source source;
	uint64_t n[2];

	h->record.started = 1;
	while (oom_capture_line(&body, &line)) {
		if (!oom_next_word(&line, &key))
			continue;
		if (oom_span_is(key, "limit_kib") && only_numbers(line, n, 1))
			h->record.limit_kib = n[0];
		else if (oom_span_is(key, "looks") && only_numbers(line, n, 1))
			h->record.looks = oom_u32(n[0]);
		else if (oom_span_is(key, "details") &&
			 only_numbers(line, n, 1))
			h->record.details = oom_u32(n[0]);
		else if (oom_span_is(key, "page_ns") &&
			 only_numbers(line, n, 1))
			h->record.page_ns = oom_u32(n[0]);
		else if (oom_record_java_source(key, &source) &&
			 only_numbers(line, n, 2)) {
			h->record.java_pid = oom_u32(n[0]);
			h->record.java_heap_kib = oom_u32(n[1]);
			h->record.java_source = source;
		} else if (oom_span_is(key, "kill") && only_numbers(line, n, 2))
			oom_record_kills(&h->record, n[1], oom_u32(n[0]));
	}
}

static void parse_series(struct oom_series *s, struct oom_span body)
{
	struct oom_span line;
	uint64_t n[6];

	while (s->n < OOM_SERIES_MAX && oom_capture_line(&body, &line)) {
		if (!only_numbers(line, n, 6))
			continue;
		if (s->n && n[0] < s->points[s->n - 1].at_ms)
			continue;
		s->points[s->n++] = (struct oom_series_point){
			.at_ms = oom_u32(n[0]),
			.job_kib = oom_u32(n[1]),
			.anon_kib = oom_u32(n[2]),
			.file_kib = oom_u32(n[3]),
			.shmem_kib = oom_u32(n[4]),
			.kernel_kib = oom_u32(n[5]),
		};
	}
}

/* False: not a point that can follow the last one. */
static bool parse_point(struct oom_track *t, struct oom_span line)
{
	uint64_t n[9];

	if (t->n >= OOM_TRACK_POINTS || !only_numbers(line, n, 9) ||
	    (t->n && n[0] < t->points[t->n - 1].at_ms))
		return false;
	t->points[t->n++] = (struct oom_track_point){
		.at_ms = oom_u32(n[0]),
		.anon_kib = oom_u32(n[1]),
		.shared_kib = oom_u32(n[2]),
		.data_kib = oom_u32(n[3]),
		.read_kib = oom_u32(n[4]),
		.user_ms = oom_u32(n[5]),
		.system_ms = oom_u32(n[6]),
		.wait_ms = oom_u32(n[7]),
		.sleeps = oom_u32(n[8]),
	};
	return true;
}

static void parse_track(struct oom_history *h, struct oom_span pid,
			struct oom_span body)
{
	struct oom_span line, key;
	struct oom_track *t;
	uint64_t n[1], points = UINT64_MAX;
	bool whole = true;

	if (h->n_tracks >= OOM_TRACKS_MAX || oom_parse_u64(pid, n) || !n[0])
		return;
	t = &h->record.tracks[h->n_tracks++];
	t->pid = oom_u32(n[0]);
	while (oom_capture_line(&body, &line)) {
		if (!oom_next_word(&line, &key))
			continue;
		if (oom_span_is(key, "at"))
			whole = parse_point(t, line) && whole;
		else if (oom_span_is(key, "name"))
			oom_span_copy(oom_span_trim(line), t->name,
				      sizeof(t->name));
		else if (!only_numbers(line, n, 1))
			continue;
		else if (oom_span_is(key, "points"))
			points = n[0];
		else if (oom_span_is(key, "ppid"))
			t->ppid = oom_u32(n[0]);
		else if (oom_span_is(key, "threads"))
			t->threads = oom_u32(n[0]);
		else if (oom_span_is(key, "virtual_kib"))
			t->virtual_kib = oom_u32(n[0]);
		else if (oom_span_is(key, "peak_kib"))
			t->peak_kib = oom_u32(n[0]);
		else if (oom_span_is(key, "gone_ms"))
			t->gone_ms = oom_u32(n[0]);
	}
	/* Of half a story one could make another: it is not told. */
	if (!whole || points != t->n)
		t->n = 0;
}

static void parse_census(struct oom_history *h, struct oom_span body)
{
	struct oom_record *r = &h->record;
	struct oom_span line, key;
	uint64_t n[4];

	while (oom_capture_line(&body, &line)) {
		struct oom_census_entry *e = &r->census[h->n_census];

		if (!oom_next_word(&line, &key))
			continue;
		if (oom_span_is(key, "at_ms") && only_numbers(line, n, 1))
			r->census_ms = oom_u32(n[0]);
		else if (oom_span_is(key, "processes") &&
			 only_numbers(line, n, 1))
			r->n_processes = oom_u32(n[0]);
		if (!oom_span_is(key, "is") || h->n_census >= OOM_CENSUS_MAX ||
		    !take_numbers(&line, n, 4))
			continue;
		h->n_census++;
		e->pid = oom_u32(n[0]);
		e->ppid = oom_u32(n[1]);
		e->anon_kib = oom_u32(n[2]);
		e->shared_kib = oom_u32(n[3]);
		oom_span_copy(oom_span_trim(line), e->name, sizeof(e->name));
	}
}

/* A number, or "-": not known. */
static bool take_known(struct oom_span *line, struct oom_reading *ret)
{
	struct oom_span word;

	*ret = (struct oom_reading){ 0 };
	if (!oom_next_word(line, &word))
		return false;
	ret->known = !oom_parse_u64(word, &ret->value);
	return ret->known || oom_span_is(word, "-");
}

static void parse_files(struct oom_history *h, struct oom_span body)
{
	struct oom_span line, key;
	uint64_t n[6];

	while (h->n_files < OOM_FILES_MAX && oom_capture_line(&body, &line)) {
		struct oom_record_file *f = &h->record.files[h->n_files];
		struct oom_reading size, stored;

		if (!oom_next_word(&line, &key) ||
		    !(oom_span_is(key, "reads") ||
		      oom_span_is(key, "writes")) ||
		    !take_numbers(&line, n, 6) || !take_known(&line, &size) ||
		    !take_known(&line, &stored) || !oom_span_trim(line).len)
			continue;
		f->pid = oom_u32(n[0]);
		f->writes = oom_span_is(key, "writes");
		f->first_position = n[1];
		f->position = n[2];
		f->first_ms = oom_u32(n[3]);
		f->last_ms = oom_u32(n[4]);
		f->moves = oom_u32(n[5]);
		h->facts[h->n_files].size_bytes = size;
		h->facts[h->n_files].stored_bytes = stored;
		oom_span_copy(oom_span_trim(line), f->path, sizeof(f->path));
		h->n_files++;
	}
}

/* The addresses are for whoever names them; here only whether there are any. */
static void parse_faults(struct oom_history *h, struct oom_span body)
{
	struct oom_span line, key;
	uint64_t n[1];

	while (oom_capture_line(&body, &line)) {
		if (!oom_next_word(&line, &key))
			continue;
		if (oom_span_is(key, "since_ms") && take_numbers(&line, n, 1))
			h->record.faults_since_ms = oom_u32(n[0]);
		else if (oom_span_is(key, "pages") && take_numbers(&line, n, 1))
			h->record.fault_pages = n[0];
	}
}

static void parse_places(struct oom_history *h, struct oom_span body)
{
	struct oom_span line, key;
	uint64_t n[6];

	while (h->n_places < OOM_PLACES_MAX && oom_capture_line(&body, &line)) {
		struct oom_place *p = &h->record.places[h->n_places];
		uint32_t kind = OOM_PLACE_NATIVE;

		if (!oom_next_word(&line, &key))
			continue;
		while (kind < PLACE_KINDS &&
		       !oom_span_is(key, place_kinds[kind]))
			kind++;
		if (kind == PLACE_KINDS || !take_numbers(&line, n, 6) || !n[0])
			continue;
		(void)oom_span_skip(&line, " ");
		*p = (struct oom_place){
			.pid = oom_u32(n[0]),
			.kind = kind,
			.kib = oom_u32(n[1]),
			.late_kib = oom_u32(n[2]),
			.first_ms = oom_u32(n[3]),
			.last_ms = oom_u32(n[4]),
			.looks = oom_u32(n[5]),
		};
		oom_span_copy(line, p->text, sizeof(p->text));
		h->n_places++;
	}
}

bool oom_history_section(struct oom_history *h, struct oom_span section,
			 struct oom_span body)
{
	size_t end = oom_span_rfind(body, "\n");

	/* A last line without its end was cut: so may be its last number. */
	body.len = end == body.len ? 0 : end + 1;
	if (oom_span_is(section, "recorder"))
		parse_recorder(h, body);
	else if (oom_span_is(section, "usage"))
		parse_series(&h->record.whole, body);
	else if (oom_span_is(section, "recent usage"))
		parse_series(&h->record.recent, body);
	else if (oom_span_skip(&section, "process "))
		parse_track(h, section, body);
	else if (oom_span_is(section, "census"))
		parse_census(h, body);
	else if (oom_span_is(section, "files"))
		parse_files(h, body);
	else if (oom_span_is(section, "faults"))
		parse_faults(h, body);
	else if (oom_span_is(section, "places"))
		parse_places(h, body);
	else
		return false;
	return true;
}
