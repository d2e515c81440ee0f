// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight record as text and back: of any bytes, and in any state. */
#include "check.h"

#include <stddef.h>

#include "../lib/capture.h"
#include "../lib/record_text.h"
#include "record.h"

static char *text;
static size_t text_len;
static struct oom_history *history;

/* Into a buffer of just this size. */
static void capture_into(size_t cap, const struct oom_file_facts *facts)
{
	struct oom_buf buf;

	free(text);
	text = malloc(cap ? cap : 1);
	ck_assert_ptr_nonnull(text);
	oom_buf_init(&buf, text, cap);
	oom_record_capture(record, facts, &buf);
	text_len = buf.len;
}

static struct oom_history *parse(const char *from, size_t len)
{
	struct oom_span rest = { from, len }, section, body;

	free(history);
	history = calloc(1, sizeof(*history));
	ck_assert_ptr_nonnull(history);
	while (oom_capture_next(&rest, &section, &body))
		(void)oom_history_section(history, section, body);
	return history;
}

static struct oom_history *round_trip(const struct oom_file_facts *facts)
{
	capture_into(TEXT_MAX, facts);
	return parse(text, text_len);
}

static void end_text(void)
{
	free(text);
	free(history);
	text = NULL;
	history = NULL;
	end();
}

/* Some of everything, with the worst of names. */
static void fill_some(struct oom_file_facts facts[OOM_FILES_MAX],
		      uint32_t n_points, uint32_t n_looks)
{
	static const char *const names[] = {
		"work", "a\nb", "#oom-advice v=1", "[usage]", "a b (c)", "\xff"
	};
	struct oom_proc procs[6];
	struct oom_open_file file = { .position = UINT64_MAX, .writes = true };

	begin();
	for (uint32_t i = 1; i <= n_points; i++) {
		const struct oom_series_point p = {
			.at_ms = i * 1000,
			.job_kib = i * 7001,
			.anon_kib = i * 6007,
			.file_kib = 1234567 + i,
			.shmem_kib = i * 503,
			.kernel_kib = i == n_points ? UINT32_MAX : i * 11,
		};

		oom_record_usage(record, &p, true);
	}
	for (uint32_t i = 0; i < 6; i++) {
		procs[i] = proc_of(40 + i, 90000 - 1000 * i);
		oom_span_copy(oom_span(names[i]), procs[i].name,
			      sizeof(procs[i].name));
		procs[i].shared_kib = 17 + i;
		procs[i].user_ms = 1000000 + i;
		procs[i].wait_ms = i;
		for (uint32_t j = 1; j <= 1 + i * n_looks; j++) {
			procs[i].anon_kib += j * 100;
			procs[i].read_kib = j * 77;
			procs[i].sleeps = j;
			procs[i].system_ms = j * 3;
			oom_record_process(record, &procs[i], j * 1000, true);
		}
	}
	oom_record_gone(record, 42, 99999);
	oom_record_census(record, procs, 6, 777, 88888);
	saw_file(40, "/data/of mine/the file.csv", 100, 10);
	saw_file(40, "/data/of mine/the file.csv", 4096, 20);
	saw_file(41, "/data/a\nb #c", 7, 30);
	strcpy(file.path, "/out put");
	oom_record_file(record, 42, &file, 40);
	memset(facts, 0, OOM_FILES_MAX * sizeof(*facts));
	facts[0].size_bytes = oom_known(UINT64_MAX);
	facts[0].stored_bytes = oom_known(0);
	facts[1].stored_bytes = oom_known(512);
	oom_record_kills(record, 1, 5000);
	oom_record_kills(record, 4, 6000);
	record->looks = 4711;
	record->details = 12;
	record->page_ns = 345;
	record->java_pid = 40;
	record->java_heap_kib = 600 << 10;
	record->java_source = OOM_JAVA_RESERVED;
}

static void fill_all(struct oom_file_facts facts[OOM_FILES_MAX])
{
	fill_some(facts, 150, 10);
}

static void ck_series_eq(const struct oom_series *a, const struct oom_series *b)
{
	ck_assert_uint_eq(a->n, b->n);
	for (uint32_t i = 0; i < a->n; i++)
		ck_assert(!memcmp(&a->points[i], &b->points[i],
				  offsetof(struct oom_series_point, check)));
}

START_TEST(there_and_back)
{
	static const char *const names[] = {
		"work", "a?b", "#oom-advice v=1", "[usage]", "a b (c)", "?"
	};
	struct oom_file_facts facts[OOM_FILES_MAX];
	const struct oom_history *h;
	const struct oom_record *r;

	fill_all(facts);
	h = round_trip(facts);
	r = &h->record;
	ck_assert_uint_eq(r->started, 1);
	ck_assert_uint_eq(r->limit_kib, LIMIT_KIB);
	ck_assert_uint_eq(r->looks, 4711);
	ck_assert_uint_eq(r->details, 12);
	ck_assert_uint_eq(r->page_ns, 345);
	ck_assert_uint_eq(r->java_pid, 40);
	ck_assert_uint_eq(r->java_heap_kib, 600 << 10);
	ck_assert_uint_eq(r->java_source, OOM_JAVA_RESERVED);
	ck_assert_uint_eq(r->n_moments, 2);
	ck_assert_uint_eq(r->moments[0].at_ms, 5000);
	ck_assert_uint_eq(r->moments[0].kills, 1);
	ck_assert_uint_eq(r->moments[1].at_ms, 6000);
	ck_assert_uint_eq(r->moments[1].kills, 4);
	ck_assert_uint_ge(r->whole.n, OOM_SERIES_MAX / 2);
	ck_series_eq(&r->whole, &record->whole);
	ck_series_eq(&r->recent, &record->recent);
	ck_assert_uint_eq(h->n_tracks, 6);
	for (unsigned int i = 0; i < 6; i++) {
		const struct oom_track *a = &r->tracks[i],
				       *b = &record->tracks[i];

		ck_assert_uint_eq(a->pid, b->pid);
		ck_assert_uint_eq(a->ppid, b->ppid);
		ck_assert_uint_eq(a->threads, b->threads);
		ck_assert_uint_eq(a->virtual_kib, b->virtual_kib);
		ck_assert_uint_eq(a->peak_kib, b->peak_kib);
		ck_assert_uint_eq(a->gone_ms, b->gone_ms);
		ck_assert_str_eq(a->name, names[i]);
		ck_assert_uint_eq(a->n, b->n);
		for (uint32_t j = 0; j < a->n; j++)
			ck_assert(!memcmp(&a->points[j], &b->points[j],
					  offsetof(struct oom_track_point,
						   check)));
	}
	ck_assert_uint_eq(r->tracks[2].gone_ms, 99999);
	ck_assert_uint_eq(h->n_census, 6);
	ck_assert_uint_eq(r->census_ms, 88888);
	ck_assert_uint_eq(r->n_processes, 777);
	for (unsigned int i = 0; i < 6; i++) {
		ck_assert(!memcmp(&r->census[i], &record->census[i],
				  offsetof(struct oom_census_entry, name)));
		ck_assert_str_eq(r->census[i].name, names[i]);
	}
	ck_assert_uint_eq(h->n_files, 3);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert(!memcmp(&r->files[i], &record->files[i],
				  offsetof(struct oom_record_file, path)));
	ck_assert_str_eq(r->files[0].path, "/data/of mine/the file.csv");
	ck_assert_uint_eq(r->files[0].moves, 1);
	ck_assert_str_eq(r->files[1].path, "/data/a?b #c");
	ck_assert_str_eq(r->files[2].path, "/out put");
	ck_assert_uint_eq(r->files[2].writes, 1);
	ck_assert_uint_eq(r->files[2].position, UINT64_MAX);
	ck_known(h->facts[0].size_bytes, UINT64_MAX);
	ck_known(h->facts[0].stored_bytes, 0);
	ck_unknown(h->facts[1].size_bytes);
	ck_known(h->facts[1].stored_bytes, 512);
	ck_unknown(h->facts[2].size_bytes);
	ck_unknown(h->facts[2].stored_bytes);
	end_text();
}
END_TEST

START_TEST(no_facts)
{
	struct oom_file_facts facts[OOM_FILES_MAX];
	const struct oom_history *h;

	fill_all(facts);
	h = round_trip(NULL);
	ck_assert_uint_eq(h->n_files, 3);
	ck_contains(text, " 10 20 1 - - /data/of mine/the file.csv\n");
	for (unsigned int i = 0; i < 3; i++) {
		ck_unknown(h->facts[i].size_bytes);
		ck_unknown(h->facts[i].stored_bytes);
	}
	end_text();
}
END_TEST

/* Full to the brim, with the largest numbers. */
START_TEST(all_that_fits)
{
	static struct oom_proc procs[OOM_CENSUS_MAX];
	struct oom_series_point point;
	const struct oom_history *h;
	struct oom_open_file file = { .position = UINT64_MAX };

	begin();
	memset(&point, 0xff, sizeof(point));
	for (uint32_t i = 0; i < OOM_SERIES_MAX; i++)
		oom_record_usage(record, &point, true);
	for (uint32_t i = 0; i < OOM_CENSUS_MAX; i++) {
		memset(&procs[i], 0xff, sizeof(procs[i]));
		procs[i].pid = UINT32_MAX - i;
		memcpy(procs[i].name, "0123456789abcde", 16);
		for (int j = 0; i < OOM_TRACKS_MAX && j < OOM_TRACK_POINTS; j++)
			oom_record_process(record, &procs[i], UINT32_MAX, true);
	}
	oom_record_census(record, procs, OOM_CENSUS_MAX, UINT32_MAX,
			  UINT32_MAX);
	for (uint32_t i = 0; i < OOM_FILES_MAX; i++) {
		memset(file.path, 'p', sizeof(file.path) - 1);
		oom_record_file(record, UINT32_MAX - i, &file, UINT32_MAX);
	}
	h = round_trip(NULL);
	ck_assert_uint_lt(text_len, TEXT_MAX - 1);
	ck_assert_uint_eq(h->record.whole.n, OOM_SERIES_MAX);
	ck_assert_uint_eq(h->record.recent.n, OOM_SERIES_MAX);
	ck_assert_uint_eq(h->n_tracks, OOM_TRACKS_MAX);
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		ck_assert_uint_eq(h->record.tracks[i].n, OOM_TRACK_POINTS);
		ck_assert_str_eq(h->record.tracks[i].name, "0123456789abcde");
	}
	ck_assert_uint_eq(h->n_census, OOM_CENSUS_MAX);
	ck_assert_uint_eq(h->n_files, OOM_FILES_MAX);
	ck_assert_uint_eq(strlen(h->record.files[11].path),
			  OOM_FILE_PATH_LEN - 1);
	end_text();
}
END_TEST

START_TEST(not_a_record)
{
	struct oom_file_facts facts[OOM_FILES_MAX];

	fill_all(facts);
	record->version++;
	capture_into(TEXT_MAX, facts);
	ck_assert_uint_eq(text_len, 0);
	record->version = 0;
	capture_into(TEXT_MAX, facts);
	ck_assert_uint_eq(text_len, 0);
	record->version = OOM_RECORD_VERSION;
	record->started = 0;
	capture_into(TEXT_MAX, facts);
	ck_assert_uint_eq(text_len, 0);
	/* Nothing was read: nothing was recorded. */
	ck_assert_uint_eq(parse("", 0)->record.started, 0);
	/* One look, and nothing to see. */
	begin();
	ck_assert_uint_eq(round_trip(NULL)->record.started, 1);
	ck_assert_uint_eq(history->record.whole.n, 0);
	ck_assert_uint_eq(history->n_tracks, 0);
	ck_assert_uint_eq(history->n_census, 0);
	ck_assert_uint_eq(history->n_files, 0);
	end_text();
}
END_TEST

/* ---- torn ---- */

/* A byte of an entry, while somebody was writing: that entry alone is gone. */
static void ck_torn(void *entry, size_t size, const char *line)
{
	unsigned char *bytes = entry;

	capture_into(TEXT_MAX, NULL);
	ck_contains(text, line);
	for (size_t i = 0; i < size; i++) {
		bytes[i] ^= 1 << i % 8;
		capture_into(TEXT_MAX, NULL);
		ck_lacks(text, line);
		bytes[i] ^= 1 << i % 8;
	}
}

START_TEST(torn_entries)
{
	struct oom_file_facts facts[OOM_FILES_MAX];
	char line[128];

	fill_all(facts);
	(void)snprintf(line, sizeof(line), "\n %u %u ",
		       record->whole.points[0].at_ms,
		       record->whole.points[0].job_kib);
	/* Not in the other series too. */
	ck_assert_uint_lt(record->whole.points[0].at_ms,
			  record->recent.points[0].at_ms);
	ck_torn(&record->whole.points[0], sizeof(struct oom_series_point),
		line);
	(void)snprintf(line, sizeof(line), "\n at 3000 %u ",
		       track(41)->points[2].anon_kib);
	ck_torn(&track(41)->points[2], sizeof(struct oom_track_point), line);
	ck_torn(&record->census[1], sizeof(struct oom_census_entry),
		"\n is 41 1000 ");
	ck_torn(&record->files[1], sizeof(struct oom_record_file),
		"/data/a?b #c\n");
	/* The other entries stay. */
	record->whole.points[1].check++;
	track(41)->points[3].check++;
	record->census[0].check++;
	record->files[0].check++;
	(void)round_trip(NULL);
	ck_assert_uint_eq(history->record.whole.n, record->whole.n - 1);
	ck_assert_uint_eq(history->record.tracks[1].n, track(41)->n - 1);
	ck_assert_uint_eq(history->n_census, 5);
	ck_assert_uint_eq(history->n_files, 2);
	ck_assert_str_eq(history->record.files[0].path, "/data/a?b #c");
	end_text();
}
END_TEST

/* Counts beyond the arrays, texts without an end: nothing is read beyond. */
START_TEST(hostile_counts)
{
	struct oom_file_facts facts[OOM_FILES_MAX];
	uint32_t n_whole;

	fill_all(facts);
	n_whole = record->whole.n;
	record->whole.n = record->recent.n = UINT32_MAX;
	record->n_moments = UINT32_MAX;
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		record->tracks[i].n = UINT32_MAX - i;
		memset(record->tracks[i].name, 'x',
		       sizeof(record->tracks[i].name));
	}
	(void)round_trip(facts);
	/* What was never written has no right check. */
	ck_assert_uint_ge(history->record.whole.n, n_whole);
	ck_assert_uint_le(history->record.whole.n, OOM_SERIES_MAX);
	/* Old points behind the last: no story that anybody could tell. */
	ck_assert_uint_eq(history->record.tracks[5].n, 0);
	ck_assert_str_eq(history->record.tracks[0].name, "xxxxxxxxxxxxxxx");
	ck_assert_uint_le(history->record.n_moments, OOM_MOMENTS_MAX);
	end_text();
}
END_TEST

/* Any bytes at all: bounded, printable, and it can be read back. */
START_TEST(noise)
{
	static const char *const known[] = { "recorder",     "usage",
					     "recent usage", "census",
					     "files",	     "faults" };
	uint32_t random = 1;

	for (int round = 0; round < 100; round++) {
		struct oom_span rest, section, body;
		unsigned char *bytes;

		begin();
		bytes = (void *)record;
		for (size_t i = 0; i < sizeof(*record); i++) {
			random = random * 1103515245 + 12345;
			bytes[i] = (unsigned char)(random >> 16);
		}
		record->version = OOM_RECORD_VERSION;
		record->started = 1;
		capture_into(round % 2 ? TEXT_MAX : 1000, NULL);
		for (size_t i = 0; i < text_len; i++)
			if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
				ck_abort_msg("0x%02x at %zu", text[i], i);
		rest = (struct oom_span){ text, text_len };
		while (oom_capture_next(&rest, &section, &body)) {
			bool found = oom_span_starts(section, "process ");

			for (size_t i = 0; i < sizeof(known) / sizeof(known[0]);
			     i++)
				found = found || oom_span_is(section, known[i]);
			ck_assert(found);
		}
		(void)parse(text, text_len);
		ck_assert_uint_eq(history->record.whole.n, 0);
		ck_assert_uint_eq(history->n_census, 0);
		ck_assert_uint_eq(history->n_files, 0);
	}
	end_text();
}
END_TEST

/* ---- cut ---- */

static bool has_point(const struct oom_series *s,
		      const struct oom_series_point *p)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (!memcmp(&s->points[i], p,
			    offsetof(struct oom_series_point, check)))
			return true;
	return false;
}

static bool is_part_of_series(const struct oom_series *part,
			      const struct oom_series *whole)
{
	for (uint32_t i = 0; i < part->n; i++)
		if (!has_point(whole, &part->points[i]))
			return false;
	return part->n <= whole->n;
}

static bool is_part_of_track(const struct oom_track *part,
			     const struct oom_track *whole)
{
	for (uint32_t i = 0; i < part->n; i++)
		if (memcmp(&part->points[i], &whole->points[i],
			   offsetof(struct oom_track_point, check)) != 0)
			return false;
	return part->pid == whole->pid && part->n <= whole->n &&
	       (!part->ppid || part->ppid == whole->ppid) &&
	       (!part->threads || part->threads == whole->threads) &&
	       (!part->virtual_kib ||
		part->virtual_kib == whole->virtual_kib) &&
	       (!part->peak_kib || part->peak_kib == whole->peak_kib) &&
	       (!part->gone_ms || part->gone_ms == whole->gone_ms) &&
	       (!part->name[0] || !strcmp(part->name, whole->name));
}

static bool is_same(struct oom_reading a, struct oom_reading b)
{
	return a.known == b.known && a.value == b.value;
}

/* What was parsed from a part is all in the whole, at the same place. */
static const char *stranger(const struct oom_history *part,
			    const struct oom_history *whole)
{
	const struct oom_record *a = &part->record, *b = &whole->record;

	if (!is_part_of_series(&a->whole, &b->whole) ||
	    !is_part_of_series(&a->recent, &b->recent))
		return "point";
	if (part->n_tracks > whole->n_tracks ||
	    part->n_census > whole->n_census ||
	    part->n_files > whole->n_files || a->n_moments > b->n_moments)
		return "count";
	for (unsigned int i = 0; i < part->n_tracks; i++)
		if (!is_part_of_track(&a->tracks[i], &b->tracks[i]))
			return "process";
	if (memcmp(a->census, b->census,
		   part->n_census * sizeof(a->census[0])) != 0)
		return "process in the census";
	if (memcmp(a->files, b->files, part->n_files * sizeof(a->files[0])))
		return "file";
	for (unsigned int i = 0; i < part->n_files; i++)
		if (!is_same(part->facts[i].size_bytes,
			     whole->facts[i].size_bytes) ||
		    !is_same(part->facts[i].stored_bytes,
			     whole->facts[i].stored_bytes))
			return "size of a file";
	if (memcmp(a->moments, b->moments,
		   a->n_moments * sizeof(a->moments[0])) != 0)
		return "kill";
	if ((a->limit_kib && a->limit_kib != b->limit_kib) ||
	    (a->looks && a->looks != b->looks) ||
	    (a->details && a->details != b->details) ||
	    (a->page_ns && a->page_ns != b->page_ns) ||
	    (a->java_pid && (a->java_pid != b->java_pid ||
			     a->java_heap_kib != b->java_heap_kib)) ||
	    (a->census_ms && a->census_ms != b->census_ms) ||
	    (a->n_processes && a->n_processes != b->n_processes))
		return "number";
	return NULL;
}

static void ck_part_of(const struct oom_history *part,
		       const struct oom_history *whole, size_t len)
{
	const char *what = stranger(part, whole);

	if (what)
		ck_abort_msg("a %s that was not there, cut at %zu", what, len);
}

START_TEST(cut_at_every_byte)
{
	struct oom_file_facts facts[OOM_FILES_MAX];
	struct oom_history *whole;

	fill_some(facts, 6, 2);
	(void)round_trip(facts);
	whole = history;
	history = NULL;
	for (size_t len = 0; len <= text_len; len++) {
		char *copy = malloc(len ? len : 1);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, text, len);
		(void)parse(copy, len);
		ck_part_of(history, whole, len);
		free(copy);
	}
	ck_assert_uint_eq(history->n_files, whole->n_files);
	free(whole);
	end_text();
}
END_TEST

/* A capture without room for it all. */
START_TEST(no_room)
{
	struct oom_file_facts facts[OOM_FILES_MAX];
	struct oom_history *whole;
	size_t all;

	fill_some(facts, 6, 2);
	(void)round_trip(facts);
	all = text_len;
	whole = history;
	history = NULL;
	for (size_t cap = 0; cap <= all + 1; cap += cap < 600 ? 1 : 13) {
		capture_into(cap, facts);
		ck_assert_uint_le(text_len, cap);
		(void)parse(text, text_len);
		ck_part_of(history, whole, cap);
	}
	free(whole);
	end_text();
}
END_TEST

/* ---- garbage ---- */

static struct oom_history *parse_text(const char *from)
{
	return parse(from, strlen(from));
}

START_TEST(garbled_points)
{
	const struct oom_series *s;

	s = &parse_text("[usage]\n"
			" 1 2 3 4 5 6\n"
			" 2 2 3 4 5\n"
			" \n"
			"  \n"
			" x\n"
			" 3 2 3 4 5 x\n"
			" 4 2 3 4 5 6x\n"
			" 5 -2 3 4 5 6\n"
			" 6 2 3 4 5 6 7\n"
			" 7 2 3 4 5 6 x\n"
			" 8 18446744073709551616 3 4 5 6\n"
			" at 9 2 3 4 5 6\n"
			" 10 20 30 40 50 60\n"
			" 11 4294967296 18446744073709551615 4 5 6\n")
		     ->record.whole;
	ck_assert_uint_eq(s->n, 3);
	ck_assert_uint_eq(s->points[0].at_ms, 1);
	ck_assert_uint_eq(s->points[1].at_ms, 10);
	ck_assert_uint_eq(s->points[1].kernel_kib, 60);
	ck_assert_uint_eq(s->points[2].job_kib, UINT32_MAX);
	ck_assert_uint_eq(s->points[2].anon_kib, UINT32_MAX);
	end_text();
}
END_TEST

START_TEST(points_out_of_order)
{
	const struct oom_history *h;

	h = parse_text("[recent usage]\n"
		       " 10 1 1 1 1 1\n 9 2 2 2 2 2\n 10 3 3 3 3 3\n"
		       " 12 4 4 4 4 4\n 11 5 5 5 5 5\n"
		       "[process 7]\n"
		       " at 10 1 1 1 1 1 1 1 1\n at 9 2 2 2 2 2 2 2 2\n"
		       " at 12 3 3 3 3 3 3 3 3\n points 2\n"
		       "[process 8]\n points 2\n at 9 1 1 1 1 1 1 1 1\n"
		       "[process 9]\n points 1\n at 9 1 1 1 1 1 1 1 1\n");
	ck_assert_uint_eq(h->record.recent.n, 3);
	ck_assert_uint_eq(h->record.recent.points[0].job_kib, 1);
	ck_assert_uint_eq(h->record.recent.points[1].job_kib, 3);
	ck_assert_uint_eq(h->record.recent.points[2].job_kib, 4);
	/* Of a process half a story is none. */
	ck_assert_uint_eq(h->n_tracks, 3);
	ck_assert_uint_eq(h->record.tracks[0].n, 0);
	ck_assert_uint_eq(h->record.tracks[1].n, 0);
	ck_assert_uint_eq(h->record.tracks[2].n, 1);
	end_text();
}
END_TEST

START_TEST(garbled_tracks)
{
	const struct oom_history *h;
	const struct oom_track *t;

	h = parse_text("[process 7]\n"
		       " ppid x\n threads\n virtual_kib -5\n peak_kib 12 13\n"
		       " gone_ms 1x\n unknown 7\n nonsense\n name\n"
		       " at 1 2 3 4 5 6 7 8\n"
		       " at 1 2 3 4 5 6 7 8 x\n"
		       " at 1 2 3 4 5 6 7 8 9 10\n"
		       " att 1 2 3 4 5 6 7 8 9\n"
		       " 1 2 3 4 5 6 7 8 9\n"
		       " at 21 22 23 24 25 26 27 28 29\n"
		       " ppid 6\n"
		       "[process 0]\n ppid 1\n"
		       "[process x]\n ppid 1\n"
		       "[process ]\n ppid 1\n"
		       "[process -1]\n ppid 1\n"
		       "[process 8]\n name  a  b \n");
	ck_assert_uint_eq(h->n_tracks, 2);
	t = &h->record.tracks[0];
	ck_assert_uint_eq(t->pid, 7);
	ck_assert_uint_eq(t->ppid, 6);
	ck_assert_uint_eq(t->threads, 0);
	ck_assert_uint_eq(t->virtual_kib, 0);
	ck_assert_uint_eq(t->peak_kib, 0);
	ck_assert_uint_eq(t->gone_ms, 0);
	ck_assert_str_eq(t->name, "");
	ck_assert_uint_eq(t->n, 0);
	ck_assert_uint_eq(h->record.tracks[1].pid, 8);
	ck_assert_str_eq(h->record.tracks[1].name, "a  b");
	end_text();
}
END_TEST

START_TEST(garbled_rest)
{
	const struct oom_history *h;

	h = parse_text("[recorder]\n limit_kib x\n looks 5x\n kill 7\n"
		       " kill x 1\n kill 10 1\n kill 20 1\n kill 30 3 4\n"
		       " page_ns\n nonsense\n limit_kib 9\n"
		       "[census]\n is 1 2 3\n is 1 2 3 x name\n"
		       " are 1 2 3 4 name\n is 5 6 7 8 na me\n at_ms x\n"
		       " processes 3\n"
		       "[files]\n"
		       " reads 1 2 3 4 5\n"
		       " reads 1 2 3 4 5 x - - /a\n"
		       " opens 1 2 3 4 5 6 - - /b\n"
		       " reads 1 2 3 4 5 6 - -\n"
		       " reads 1 2 3 4 5 6 x - /c\n"
		       " reads 1 2 3 4 5 6\n"
		       " reads 1 2 3 4 5 6 7 - /d e \n"
		       " writes 1 2 3 4 5 6 - 8 /f\n");
	ck_assert_uint_eq(h->record.limit_kib, 9);
	ck_assert_uint_eq(h->record.looks, 0);
	ck_assert_uint_eq(h->record.n_moments, 1);
	ck_assert_uint_eq(h->record.moments[0].at_ms, 10);
	ck_assert_uint_eq(h->n_census, 1);
	ck_assert_uint_eq(h->record.census[0].pid, 5);
	ck_assert_str_eq(h->record.census[0].name, "na me");
	ck_assert_uint_eq(h->record.n_processes, 3);
	ck_assert_uint_eq(h->n_files, 2);
	ck_assert_str_eq(h->record.files[0].path, "/d e");
	ck_known(h->facts[0].size_bytes, 7);
	ck_unknown(h->facts[0].stored_bytes);
	ck_assert_uint_eq(h->record.files[0].writes, 0);
	ck_assert_str_eq(h->record.files[1].path, "/f");
	ck_assert_uint_eq(h->record.files[1].writes, 1);
	ck_known(h->facts[1].stored_bytes, 8);
	end_text();
}
END_TEST

/* More of everything than there is room for. */
START_TEST(too_much)
{
	char *from = malloc(1 << 20);
	const struct oom_history *h;
	struct oom_buf buf;

	ck_assert_ptr_nonnull(from);
	oom_buf_init(&buf, from, 1 << 20);
	oom_buf_puts(&buf, "[recorder]\n");
	for (int i = 1; i <= 50; i++)
		oom_buf_printf(&buf, " kill %d %d\n", i, i);
	for (int section = 0; section < 3; section++) {
		oom_buf_puts(&buf, section ? "[usage]\n" : "[recent usage]\n");
		for (int i = 1; i <= 200; i++)
			oom_buf_printf(&buf, " %d 1 1 1 1 1\n", i);
	}
	for (int i = 1; i <= 30; i++) {
		oom_buf_printf(&buf, "[process %d]\n", i);
		/* The last has more than there is room for. */
		oom_buf_printf(&buf, " points %d\n", i < 12 ? 40 : 60);
		for (int j = 1; j <= (i < 12 ? 40 : 60); j++)
			oom_buf_printf(&buf, " at %d 1 1 1 1 1 1 1 1\n", j);
	}
	for (int section = 0; section < 2; section++) {
		oom_buf_puts(&buf, "[census]\n");
		for (int i = 1; i <= 100; i++)
			oom_buf_printf(&buf, " is %d 1 1 1 n\n", i);
		oom_buf_puts(&buf, "[files]\n");
		for (int i = 1; i <= 20; i++)
			oom_buf_printf(&buf, " reads %d 1 1 1 1 1 - - /p\n", i);
	}
	ck_assert(!buf.truncated);
	h = parse(from, buf.len);
	ck_assert_uint_eq(h->record.n_moments, OOM_MOMENTS_MAX);
	ck_assert_uint_eq(h->record.whole.n, OOM_SERIES_MAX);
	ck_assert_uint_eq(h->record.recent.n, OOM_SERIES_MAX);
	ck_assert_uint_eq(h->record.recent.points[95].at_ms, 96);
	ck_assert_uint_eq(h->n_tracks, OOM_TRACKS_MAX);
	ck_assert_uint_eq(h->record.tracks[10].n, OOM_TRACK_POINTS);
	ck_assert_uint_eq(h->record.tracks[11].n, 0);
	ck_assert_uint_eq(h->n_census, OOM_CENSUS_MAX);
	ck_assert_uint_eq(h->n_files, OOM_FILES_MAX);
	free(from);
	end_text();
}
END_TEST

START_TEST(sections_of_others)
{
	static const char *const others[] = {
		"",	   "step",
		"task 0",  "usages",
		"usage ",  "recent",
		"process", "Recorder",
		"files2",  "cgroup job memory.max",
	};
	struct oom_history *h = parse_text("");

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert(!oom_history_section(h, oom_span(others[i]),
					       oom_span(" 1 2 3 4 5 6\n")));
	ck_assert_uint_eq(h->record.whole.n, 0);
	ck_assert(oom_history_section(h, oom_span("usage"),
				      oom_span(" 1 2 3 4 5 6\n")));
	ck_assert_uint_eq(h->record.whole.n, 1);
	end_text();
}
END_TEST

TESTS("record_text", there_and_back, no_facts, all_that_fits, not_a_record,
      torn_entries, hostile_counts, noise, cut_at_every_byte, no_room,
      garbled_points, points_out_of_order, garbled_tracks, garbled_rest,
      too_much, sections_of_others)
