// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures of real kills (and a few made by hand, which say so) against their
 * golden blocks, and what holds for every block, also of spoiled captures.
 *
 * Renew the golden texts with "replay --update tests/fixtures/X.capture".
 */
#include "check.h"

#include <dirent.h>
#include <time.h>

#include "../lib/diagnose.h"

#ifndef OOM_FIXTURES
#define OOM_FIXTURES "tests/fixtures"
#endif

#define FIXTURES_MAX 96

static struct fixture {
	char name[128];
	char *capture;
	size_t len;
	bool recorded; /* a flight record is in it: long, not cut everywhere */
} fixtures[FIXTURES_MAX];
static unsigned int n_fixtures;

static const char *folder(void)
{
	const char *set = getenv("OOM_FIXTURES");

	return set ? set : OOM_FIXTURES;
}

static char *path_of(const char *name, const char *suffix)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%.300s/%.127s%s", folder(), name,
		       suffix);
	return path;
}

static void load(void)
{
	DIR *dir = opendir(folder());
	struct dirent *entry;

	ck_assert_msg(dir != NULL, "%s: %s", folder(), strerror(errno));
	while ((entry = readdir(dir))) {
		struct oom_span name = oom_span(entry->d_name);
		struct fixture *f = &fixtures[n_fixtures];

		if (oom_span_rfind(name, ".capture") + 8 != name.len)
			continue;
		ck_assert_uint_lt(n_fixtures, FIXTURES_MAX);
		name.len -= 8;
		oom_span_copy(name, f->name, sizeof(f->name));
		f->capture = read_whole(path_of(f->name, ".capture"), &f->len);
		f->recorded = strstr(f->capture, "\n[recorder]\n") != NULL;
		n_fixtures++;
	}
	(void)closedir(dir);
	/* A folder that was not found would pass every test. */
	ck_assert_uint_ge(n_fixtures, 8);
}

struct result {
	struct oom_findings *findings;
	struct oom_diagnosis d;
	struct oom_request r;
	char text[OOM_BLOCK_MAX + 1];
	struct oom_buf block;
};

static struct result result;

static void finish(void)
{
	oom_diagnose(result.findings, &result.d);
	oom_request(result.findings, &result.d, &result.r);
	oom_buf_init(&result.block, result.text, sizeof(result.text));
	oom_advice_block(result.findings, &result.d, &result.r, &result.block);
}

static void replay(const char *capture, size_t len)
{
	if (!result.findings)
		result.findings = new_findings();
	memset(result.findings, 0, sizeof(*result.findings));
	oom_findings_parse(result.findings, (struct oom_span){ capture, len });
	finish();
}

static const char *form_of(const struct oom_buf *block)
{
	static const char *const keys[] = {
		"#oom-advice", "v=1",	    "job=",	   "step=",
		"node=",       "cause=",    "confidence=", "limit_bytes=",
		"peak_bytes=", "next_mem=",
	};
	struct oom_span rest = { block->ptr, block->len }, line = { 0 }, word;
	unsigned int lines = 0;

	if (!block->len || block->ptr[block->len - 1] != '\n')
		return "does not end with a newline";
	if (block->truncated)
		return "cut";
	while (oom_next_line(&rest, &line)) {
		bool machine = oom_span_starts(line, "#oom-advice ");

		lines++;
		if (machine != !rest.len)
			return "not one machine line, as the last";
		if (!machine && line.len > OOM_BLOCK_WIDTH)
			return "a line too wide";
		for (size_t i = 0; i < line.len; i++)
			if (line.ptr[i] < ' ' || line.ptr[i] > '~')
				return "not printable";
	}
	if (lines > OOM_BLOCK_LINES)
		return "too many lines";
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!oom_next_word(&line, &word) ||
		    !oom_span_starts(word, keys[i]))
			return "keys in another order";
	return NULL;
}

static void ck_form(const char *name, const char *what)
{
	const char *wrong = form_of(&result.block);

	ck_assert_msg(!wrong, "%s, %s: %s:\n%s", name, what, wrong,
		      result.text);
}

START_TEST(golden)
{
	unsigned int wrong = 0;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		char *expected =
			read_whole(path_of(fixtures[i].name, ".golden"), NULL);

		replay(fixtures[i].capture, fixtures[i].len);
		ck_form(fixtures[i].name, "whole");
		if (strcmp(result.text, expected) != 0) {
			(void)fprintf(stderr, "%s differs; it is now:\n%s",
				      fixtures[i].name, result.text);
			wrong++;
		}
		free(expected);
	}
	ck_assert_msg(!wrong, "%u golden texts differ (see above)", wrong);
}
END_TEST

/* One of each that can be told from what is left after a kill. */
START_TEST(every_cause_has_a_fixture)
{
	static const enum oom_cause causes[] = {
		OOM_CAUSE_NONE,
		OOM_CAUSE_UNDER_ALLOCATION,
		OOM_CAUSE_WHOLE_FILE_LOAD,
		OOM_CAUSE_WORKER_COPIES,
		OOM_CAUSE_LEAK,
		OOM_CAUSE_SUDDEN_ALLOCATION,
		OOM_CAUSE_RANK0_BOTTLENECK,
		OOM_CAUSE_RANK_IMBALANCE,
		OOM_CAUSE_TMPFS,
		OOM_CAUSE_JVM,
		OOM_CAUSE_NODE_OOM,
		OOM_CAUSE_UNDETERMINED,
	};
	bool seen[OOM_CAUSES] = { false };

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		replay(fixtures[i].capture, fixtures[i].len);
		seen[result.d.cause] = true;
	}
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		ck_assert_msg(seen[causes[i]], "no fixture for %s",
			      oom_cause_names[causes[i]]);
}
END_TEST

/* "NAME.VARIANT | LABEL | ..." of tests/score/list. */
static bool find_label(const char *list, const char *name,
		       struct oom_span *ret_label)
{
	struct oom_span rest = oom_span(list), line, word;

	while (oom_next_line(&rest, &line))
		if (oom_next_word(&line, &word) && oom_span_is(word, name) &&
		    oom_next_word(&line, &word) && oom_span_is(word, "|"))
			return oom_next_word(&line, ret_label);
	return false;
}

/* What the program does, whatever the rules say of it. */
START_TEST(labels)
{
	static const struct {
		const char *name, *label;
	} others[] = {
		{ "v1-other-cache", "under-allocation" },
		{ "v1-other-two", "under-allocation" },
		{ "v1-other-many", "whole-file-load" },
	};
	char path[512], *list;
	unsigned int seen = 0;

	load();
	(void)snprintf(path, sizeof(path), "%.300s/../score/list", folder());
	list = read_whole(path, NULL);
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const char *name = fixtures[i].name, *is;
		struct oom_span label = { 0 };

		if (!strncmp(name, "v1-score-", 9))
			ck_assert_msg(find_label(list, name + 9, &label),
				      "%s is not in %s", name, path);
		for (size_t j = 0; j < sizeof(others) / sizeof(others[0]); j++)
			if (!strcmp(name, others[j].name))
				label = oom_span(others[j].label);
		if (!label.len)
			continue;
		seen++;
		replay(fixtures[i].capture, fixtures[i].len);
		is = oom_cause_names[result.d.cause];
		ck_assert_msg(oom_span_is(label, is), "%s: %s and not %.*s",
			      name, is, (int)label.len, label.ptr);
	}
	ck_assert_uint_ge(seen, 28);
	free(list);
}
END_TEST

/* The same in, the same out: no clock, no locale, nothing kept. */
START_TEST(pure)
{
	static char first[OOM_BLOCK_MAX + 1];

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		replay(fixtures[i].capture, fixtures[i].len);
		strcpy(first, result.text);
		ck_assert_int_eq(setenv("TZ", i % 2 ? "Asia/Tokyo" : "UTC", 1),
				 0);
		tzset();
		replay(fixtures[i].capture, fixtures[i].len);
		ck_assert_str_eq(result.text, first);
	}
}
END_TEST

/* Less evidence never makes more certain. */
START_TEST(truncated_anywhere)
{
	unsigned int wrong = 0;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const struct fixture *f = &fixtures[i];
		enum oom_confidence whole;
		enum oom_cause cause;
		bool surer = false;

		replay(f->capture, f->len);
		whole = result.d.confidence;
		cause = result.d.cause;
		for (size_t len = 0; len < f->len; len++) {
			/* Of its own size: ASan sees a step too far. */
			char *part = malloc(len ? len : 1);
			bool killed;

			ck_assert_ptr_nonnull(part);
			/* Between the lines, and in some. */
			if (f->recorded && len % 97 &&
			    f->capture[len - 1] != '\n') {
				free(part);
				continue;
			}
			memcpy(part, f->capture, len);
			replay(part, len);
			free(part);
			ck_form(f->name, "truncated");
			killed = oom_exceeds(result.d.kills, 0);
			ck_assert_msg(killed ||
					      result.d.cause == OOM_CAUSE_NONE,
				      "%s cut at %zu: a cause without a kill",
				      f->name, len);
			if (surer || !killed || cause == OOM_CAUSE_NONE ||
			    result.d.confidence <= whole)
				continue;
			surer = true;
			wrong++;
			(void)fprintf(
				stderr, "%s cut at %zu: %s, %s\n", f->name, len,
				oom_cause_names[result.d.cause],
				oom_confidence_names[result.d.confidence]);
		}
	}
	ck_assert_msg(!wrong, "%u captures say more when cut (see above)",
		      wrong);
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* What the flight recorder wrote: the rest of the capture is other tests'. */
static bool is_recorders(struct oom_span heading)
{
	static const char *const sections[] = {
		"[usage]",  "[recent usage]", "[process ",
		"[census]", "[files]",	      "[recorder]",
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (oom_span_starts(heading, sections[i]))
			return true;
	return false;
}

/* Each of the recorder's sections with its lines in another order. */
static void shuffle(const struct fixture *f, uint32_t *state, char *out,
		    size_t *ret_len)
{
	struct oom_span rest = { f->capture, f->len }, line, swap;
	struct oom_span lines[2048];
	unsigned int n = 0, from = 0;
	bool ours = false, more;
	size_t len = 0;

	do {
		more = oom_next_line(&rest, &line);
		if (!more || (line.len && line.ptr[0] == '[')) {
			for (unsigned int i = n; ours && i > from + 1; i--) {
				unsigned int j =
					from + next_random(state) % (i - from);

				swap = lines[j];
				lines[j] = lines[i - 1];
				lines[i - 1] = swap;
			}
			ours = more && is_recorders(line);
			from = n + 1;
		}
		ck_assert_uint_lt(n, sizeof(lines) / sizeof(lines[0]));
		if (more)
			lines[n++] = line;
	} while (more);
	for (unsigned int i = 0; i < n; i++) {
		memcpy(out + len, lines[i].ptr, lines[i].len);
		len += lines[i].len;
		out[len++] = '\n';
	}
	*ret_len = len;
}

/* Looks in a wrong order are left out: less is known, and less is said. */
START_TEST(shuffled)
{
	unsigned int wrong = 0;
	uint32_t state = 4711;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const struct fixture *f = &fixtures[i];
		char *copy = malloc(f->len + 2);
		enum oom_confidence whole;
		enum oom_cause cause;

		ck_assert_ptr_nonnull(copy);
		replay(f->capture, f->len);
		whole = result.d.confidence;
		cause = result.d.cause;
		for (int round = 0; f->recorded && round < 40; round++) {
			size_t len;

			shuffle(f, &state, copy, &len);
			ck_assert_uint_eq(len, f->len);
			replay(copy, len);
			ck_form(f->name, "shuffled");
			if (result.d.cause == cause ||
			    result.d.confidence <= whole)
				continue;
			(void)fprintf(
				stderr, "%s, round %d: %s, %s\n", f->name,
				round, oom_cause_names[result.d.cause],
				oom_confidence_names[result.d.confidence]);
			wrong++;
		}
		free(copy);
	}
	ck_assert_msg(!wrong, "%u times more was said (see above)", wrong);
}
END_TEST

/* Spoiled at random, the same each time. */
START_TEST(spoiled)
{
	static const char bytes[] = "\0\n []0919=,:(){}>#\033\377-x\001";
	uint32_t state = 4711;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++)
		for (int round = 0; round < 400; round++) {
			const struct fixture *f = &fixtures[i];
			char *copy = malloc(f->len + 1);

			ck_assert_ptr_nonnull(copy);
			memcpy(copy, f->capture, f->len);
			for (int n = 1 + round % 8; n; n--)
				copy[next_random(&state) % f->len] =
					bytes[next_random(&state) %
					      (sizeof(bytes) - 1)];
			replay(copy, f->len);
			free(copy);
			ck_form(f->name, "spoiled");
		}
}
END_TEST

/* Every number in turn made as large as can be, and as small. */
START_TEST(extreme_numbers)
{
	static const char *const numbers[] = { "0", "1", "4294967296",
					       "18446744073709551615" };
	unsigned int nth = 0;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const struct fixture *f = &fixtures[i];
		char *copy = malloc(f->len + 64);

		ck_assert_ptr_nonnull(copy);
		for (size_t at = 0; at < f->len; at++) {
			size_t end = at;

			while (end < f->len && f->capture[end] >= '0' &&
			       f->capture[end] <= '9')
				end++;
			if (end == at)
				continue;
			/* One in eleven where there are thousands. */
			for (int n = 0;
			     n < 4 && (!f->recorded || !(nth++ % 11)); n++) {
				size_t len = strlen(numbers[n]);

				memcpy(copy, f->capture, at);
				memcpy(copy + at, numbers[n], len);
				memcpy(copy + at + len, f->capture + end,
				       f->len - end);
				replay(copy, f->len - (end - at) + len);
				ck_form(f->name, "extreme numbers");
			}
			at = end;
		}
		free(copy);
	}
}
END_TEST

/* Takes a section out; true when it was there. */
static bool drop_sections(const struct fixture *f, const char *prefix,
			  char *out, size_t *ret_len)
{
	struct oom_span rest = { f->capture, f->len }, line;
	bool dropping = false, found = false;
	size_t len = 0;

	while (oom_next_line(&rest, &line)) {
		if (line.len && line.ptr[0] == '[') {
			dropping = oom_span_starts(line, prefix);
			found |= dropping;
		}
		if (dropping)
			continue;
		memcpy(out + len, line.ptr, line.len);
		len += line.len;
		out[len++] = '\n';
	}
	*ret_len = len;
	return found;
}

/* Any section may be missing. */
START_TEST(sections_missing)
{
	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const struct fixture *f = &fixtures[i];
		struct oom_span rest = { f->capture, f->len }, line;
		char *part = malloc(f->len + 2), heading[128];
		size_t len;

		ck_assert_ptr_nonnull(part);
		while (oom_next_line(&rest, &line)) {
			if (!line.len || line.ptr[0] != '[')
				continue;
			oom_span_copy(line, heading, sizeof(heading));
			ck_assert(drop_sections(f, heading, part, &len));
			replay(part, len);
			ck_form(f->name, heading);
		}
		free(part);
	}
}
END_TEST

/* No word of the kernel's, no block, whatever the wait status says. */
START_TEST(no_kernel_evidence)
{
	unsigned int seen = 0;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const struct fixture *f = &fixtures[i];
		char *a = malloc(f->len + 2), *b = malloc(f->len + 2);
		struct fixture without = { .capture = a };
		const char *kills;

		ck_assert(a && b);
		(void)drop_sections(f, "[kernel log", a, &without.len);
		ck_assert(drop_sections(&without, "[cgroup", b, &without.len));
		/* The tasks' own counts are the kernel's word too. */
		b[without.len] = '\0';
		while ((kills = strstr(b, "\n kills ")))
			b[kills - b + 2] = 'K';
		replay(b, without.len);
		ck_unknown(result.d.kills);
		ck_assert_int_eq(result.d.cause, OOM_CAUSE_NONE);
		ck_lacks(result.text, "OUT OF MEMORY");
		seen++;
		free(a);
		free(b);
	}
	ck_assert_uint_eq(seen, n_fixtures);
}
END_TEST

static void times(struct oom_reading *r, uint64_t factor)
{
	if (r->known && r->value < UINT64_MAX / factor)
		r->value *= factor;
}

static void times_u32(uint32_t *value, uint64_t factor)
{
	*value = oom_u32(*value * factor);
}

static void scale(struct oom_reading *r)
{
	times(r, 10);
}

static void scale_kib(uint32_t *kib)
{
	times_u32(kib, 10);
}

static void scale_level(struct oom_level *l)
{
	scale(&l->limit_bytes);
	scale(&l->high_bytes);
	scale(&l->peak_bytes);
	scale(&l->usage_bytes);
	scale(&l->swap_limit_bytes);
	scale(&l->anon_bytes);
	scale(&l->file_bytes);
	scale(&l->shmem_bytes);
	scale(&l->kernel_bytes);
}

static void scale_process(struct oom_process *p)
{
	scale(&p->virtual_bytes);
	scale(&p->rss_bytes);
	scale(&p->anon_bytes);
	scale(&p->file_bytes);
	scale(&p->shmem_bytes);
	scale(&p->swap_bytes);
}

static void scale_series(struct oom_series *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		scale_kib(&s->points[i].job_kib);
		scale_kib(&s->points[i].anon_kib);
		scale_kib(&s->points[i].file_kib);
		scale_kib(&s->points[i].shmem_kib);
		scale_kib(&s->points[i].kernel_kib);
	}
}

static void scale_history(struct oom_history *h)
{
	struct oom_record *r = &h->record;

	r->limit_kib *= 10;
	scale_series(&r->whole);
	scale_series(&r->recent);
	for (unsigned int i = 0; i < h->n_tracks; i++) {
		struct oom_track *t = &r->tracks[i];

		scale_kib(&t->virtual_kib);
		scale_kib(&t->peak_kib);
		for (uint32_t j = 0; j < t->n; j++) {
			scale_kib(&t->points[j].anon_kib);
			scale_kib(&t->points[j].shared_kib);
			scale_kib(&t->points[j].data_kib);
			scale_kib(&t->points[j].read_kib);
		}
	}
	for (unsigned int i = 0; i < h->n_census; i++) {
		scale_kib(&r->census[i].anon_kib);
		scale_kib(&r->census[i].shared_kib);
	}
	for (unsigned int i = 0; i < h->n_files; i++) {
		r->files[i].first_position *= 10;
		r->files[i].position *= 10;
		scale(&h->facts[i].size_bytes);
		scale(&h->facts[i].stored_bytes);
	}
}

static void scale_sizes(struct oom_findings *f)
{
	for (int l = 0; l < OOM_LEVELS; l++)
		scale_level(&f->levels[l]);
	for (unsigned int t = 0; t < f->n_tasks; t++) {
		scale(&f->tasks[t].peak_bytes);
		scale(&f->tasks[t].file_bytes);
	}
	for (unsigned int r = 0; r < f->log.n_reports; r++) {
		scale_level(&f->log.reports[r].memory);
		scale_process(&f->log.reports[r].victim);
	}
	for (unsigned int r = 0; r < f->log.n_rows; r++)
		scale_process(&f->log.rows[r]);
	scale(&f->node_total_bytes);
	scale_history(&f->history);
}

/* A hundred times as long since the step began. */
static void slow_down(struct oom_reading *us, struct oom_reading start)
{
	if (us->known && start.known && us->value > start.value)
		us->value = start.value + (us->value - start.value) * 100;
}

static void slow(uint32_t *ms)
{
	times_u32(ms, 100);
}

static void slow_series(struct oom_series *s)
{
	for (uint32_t i = 0; i < s->n; i++)
		slow(&s->points[i].at_ms);
}

static void slow_history(struct oom_history *h)
{
	struct oom_record *r = &h->record;

	slow(&r->page_ns);
	slow(&r->census_ms);
	slow_series(&r->whole);
	slow_series(&r->recent);
	for (uint32_t i = 0; i < r->n_moments; i++)
		slow(&r->moments[i].at_ms);
	for (unsigned int i = 0; i < h->n_files; i++) {
		slow(&r->files[i].first_ms);
		slow(&r->files[i].last_ms);
	}
	for (unsigned int i = 0; i < h->n_tracks; i++) {
		struct oom_track *t = &r->tracks[i];

		slow(&t->gone_ms);
		for (uint32_t j = 0; j < t->n; j++) {
			slow(&t->points[j].at_ms);
			slow(&t->points[j].user_ms);
			slow(&t->points[j].system_ms);
			slow(&t->points[j].wait_ms);
		}
	}
}

static void scale_times(struct oom_findings *f)
{
	for (unsigned int t = 0; t < f->n_tasks; t++)
		times(&f->tasks[t].ran_ms, 100);
	for (unsigned int r = 0; r < f->log.n_reports; r++)
		slow_down(&f->log.reports[r].when_us, f->start_mono_us);
	slow_down(&f->now_mono_us, f->start_mono_us);
	slow_history(&f->history);
}

/* The same story; and how many are another. */
static unsigned int told_otherwise(const char *what,
				   void (*change)(struct oom_findings *f),
				   const char *const *but)
{
	unsigned int wrong = 0;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const char *name = fixtures[i].name;
		enum oom_cause cause;
		bool left_out = false;

		for (const char *const *one = but; *one; one++)
			left_out |= !strcmp(*one, name);
		replay(fixtures[i].capture, fixtures[i].len);
		cause = result.d.cause;
		change(result.findings);
		finish();
		ck_form(name, what);
		if (left_out || result.d.cause == cause)
			continue;
		(void)fprintf(stderr, "%s: %s became %s %s\n", name,
			      oom_cause_names[cause],
			      oom_cause_names[result.d.cause], what);
		wrong++;
	}
	return wrong;
}

START_TEST(scaled)
{
	static const char *const but[] = { NULL };

	ck_assert_uint_eq(
		told_otherwise("at ten times the size", scale_sizes, but), 0);
}
END_TEST

START_TEST(slowed)
{
	static const char *const but[] = { NULL };

	ck_assert_uint_eq(told_otherwise("at a hundredth of the pace",
					 scale_times, but),
			  0);
}
END_TEST

static bool own_has(const struct oom_findings *f, const char *name)
{
	for (unsigned int i = 0; i < f->log.n_rows; i++)
		if (f->uid.known && f->log.rows[i].uid == f->uid.value &&
		    !strcmp(f->log.rows[i].name, name))
			return true;
	return false;
}

/* Names of other users' processes in a report of the whole node. */
START_TEST(other_users_never_appear)
{
	unsigned int seen = 0;

	load();
	for (unsigned int i = 0; i < n_fixtures; i++) {
		const struct oom_findings *f;

		replay(fixtures[i].capture, fixtures[i].len);
		f = result.findings;
		for (unsigned int r = 0; r < f->log.n_rows; r++) {
			const struct oom_process *p = &f->log.rows[r];
			char shown[64];

			if (f->uid.known && p->uid == f->uid.value)
				continue;
			seen++;
			(void)snprintf(shown, sizeof(shown), "(%u)", p->pid);
			ck_lacks(result.text, shown);
			if (strlen(p->name) > 6 && !own_has(f, p->name))
				ck_lacks(result.text, p->name);
		}
	}
	/* The node's report, made by hand, has some. */
	ck_assert_uint_gt(seen, 0);
}
END_TEST

TESTS("fixtures", golden, every_cause_has_a_fixture, labels, pure,
      truncated_anywhere, shuffled, spoiled, extreme_numbers, sections_missing,
      no_kernel_evidence, scaled, slowed, other_users_never_appear)
