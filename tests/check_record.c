// SPDX-License-Identifier: GPL-2.0-or-later
/* The flight record: what stays of how much, and what survives a bad byte. */
#include "check.h"

#include "../lib/record_text.h"
#include "record.h"

#define SECOND 1000U
#define MINUTE (60 * SECOND)
#define DAY    (24 * 60 * MINUTE)

static void usage(uint32_t at_ms, uint32_t kib, bool always)
{
	const struct oom_series_point p = { .at_ms = at_ms,
					    .job_kib = kib,
					    .anon_kib = kib / 2 };

	oom_record_usage(record, &p, always);
}

static void ck_in_order(const struct oom_series *s)
{
	ck_assert_uint_le(s->n, OOM_SERIES_MAX);
	for (uint32_t i = 1; i < s->n; i++)
		ck_assert_uint_gt(s->points[i].at_ms, s->points[i - 1].at_ms);
}

/* ---- the step's series ---- */

/* Nothing is there to compare the first one with. */
START_TEST(first_point)
{
	begin();
	usage(7, 100, false);
	ck_assert_uint_eq(record->whole.n, 1);
	ck_assert_uint_eq(record->recent.n, 1);
	ck_assert_uint_eq(record->whole.points[0].at_ms, 7);
	ck_assert_uint_eq(record->recent.points[0].job_kib, 100);
	end();
}
END_TEST

START_TEST(what_is_news)
{
	struct oom_series_point p = { .at_ms = 1000, .job_kib = 500000 };
	uint32_t kib, ms;

	begin();
	oom_record_usage(record, &p, true);
	kib = record->whole.every_kib;
	ms = record->whole.every_ms;
	/* Neither time enough, nor a change. */
	p.at_ms += ms - 1;
	p.job_kib += kib - 1;
	p.anon_kib += kib - 1;
	p.shmem_kib += kib - 1;
	p.file_kib = p.kernel_kib = 400000;
	oom_record_usage(record, &p, false);
	ck_assert_uint_eq(record->whole.n, 1);
	p.anon_kib++;
	oom_record_usage(record, &p, false);
	ck_assert_uint_eq(record->whole.n, 2);
	p.shmem_kib += kib;
	oom_record_usage(record, &p, false);
	ck_assert_uint_eq(record->whole.n, 3);
	/* Down too. */
	p.job_kib -= kib;
	oom_record_usage(record, &p, false);
	ck_assert_uint_eq(record->whole.n, 4);
	oom_record_usage(record, &p, false);
	ck_assert_uint_eq(record->whole.n, 4);
	oom_record_usage(record, &p, true);
	ck_assert_uint_eq(record->whole.n, 5);
	p.at_ms += ms;
	oom_record_usage(record, &p, false);
	ck_assert_uint_eq(record->whole.n, 6);
	end();
}
END_TEST

START_TEST(limit_sets_the_step)
{
	begin();
	ck_assert_uint_eq(record->whole.every_kib, LIMIT_KIB / 64);
	ck_assert_uint_eq(record->recent.every_kib, LIMIT_KIB / 128);
	/* Unknown or tiny: not every breath. */
	oom_record_begin(record, 0);
	ck_assert_uint_eq(record->whole.every_kib, 64);
	oom_record_begin(record, UINT64_MAX);
	ck_assert_uint_eq(record->whole.every_kib, UINT32_MAX);
	end();
}
END_TEST

START_TEST(halving)
{
	const uint32_t step = SECOND;
	uint32_t every_ms, every_kib, at = 0, last;

	begin();
	every_ms = record->whole.every_ms;
	every_kib = record->whole.every_kib;
	for (int i = 0; i < OOM_SERIES_MAX; i++)
		usage(at += step, 1, true);
	ck_assert_uint_eq(record->whole.n, OOM_SERIES_MAX);
	ck_assert_uint_eq(record->whole.every_ms, every_ms);
	for (int halved = 1; halved <= 4; halved++) {
		const struct oom_series *s = &record->whole;
		const uint32_t gap = step << halved;

		last = at;
		usage(at += step, 1, true);
		ck_assert_uint_eq(s->n, OOM_SERIES_MAX / 2 + 1);
		ck_assert_uint_eq(s->every_ms, every_ms << halved);
		ck_assert_uint_eq(s->every_kib, every_kib << halved);
		/* The latest two are still there. */
		ck_assert_uint_eq(s->points[s->n - 1].at_ms, at);
		ck_assert_uint_eq(s->points[s->n - 2].at_ms, last);
		/* The beginning is missed by no more than the new step. */
		ck_assert_uint_le(s->points[0].at_ms, gap);
		for (uint32_t i = 1; i + 1 < s->n; i++)
			ck_assert_uint_eq(s->points[i].at_ms -
						  s->points[i - 1].at_ms,
					  gap);
		/* From here on at the new step. */
		at = last;
		record->whole.n--;
		while (record->whole.n < OOM_SERIES_MAX)
			usage(at += gap, 1, true);
	}
	end();
}
END_TEST

/* A point a second; the usage grows for ever, or breathes. */
static size_t capture_len_after(uint32_t ms)
{
	char *text = malloc(TEXT_MAX);
	struct oom_buf buf;
	size_t len;

	ck_assert_ptr_nonnull(text);
	begin();
	for (uint32_t at = SECOND; at <= ms; at += SECOND)
		usage(at, LIMIT_KIB / 2 + at % 977 * 100, false);
	ck_in_order(&record->whole);
	ck_in_order(&record->recent);
	/* All of the time is covered, at its own resolution. */
	ck_assert_uint_ge(record->whole.n, OOM_SERIES_MAX / 2);
	ck_assert_uint_le(record->whole.points[0].at_ms, ms / 16 + SECOND);
	ck_assert_uint_ge(record->whole.points[record->whole.n - 1].at_ms,
			  ms - ms / 16);
	for (uint32_t i = 1; i < record->whole.n; i++)
		ck_assert_uint_le(record->whole.points[i].at_ms -
					  record->whole.points[i - 1].at_ms,
				  ms / 15);
	oom_buf_init(&buf, text, TEXT_MAX);
	oom_record_capture(record, NULL, &buf);
	ck_assert(!buf.truncated);
	len = buf.len;
	end();
	free(text);
	return len;
}

START_TEST(days_cost_what_minutes_cost)
{
	size_t minutes = capture_len_after(5 * MINUTE);
	size_t days = capture_len_after(5 * DAY);

	/* Larger numbers, twice the points at the most. */
	ck_assert_uint_lt(days, 3 * minutes);
	ck_assert_uint_lt(days, 16384);
}
END_TEST

START_TEST(recent_points_stay_dense)
{
	const struct oom_series *s;

	begin();
	s = &record->recent;
	for (uint32_t i = 1; i <= 1000; i++) {
		usage(i * 50, i, true);
		ck_assert_uint_eq(s->points[s->n - 1].at_ms, i * 50);
		ck_assert_uint_ge(s->n, i < 72 ? i : 72);
		ck_assert_uint_le(s->n, OOM_SERIES_MAX);
	}
	for (uint32_t i = 1; i < s->n; i++)
		ck_assert_uint_eq(s->points[i].at_ms - s->points[i - 1].at_ms,
				  50);
	ck_in_order(&record->whole);
	end();
}
END_TEST

START_TEST(saturates)
{
	ck_assert_uint_eq(oom_u32(0), 0);
	ck_assert_uint_eq(oom_u32(UINT32_MAX), UINT32_MAX);
	ck_assert_uint_eq(oom_u32(UINT64_C(1) << 32), UINT32_MAX);
	ck_assert_uint_eq(oom_u32(UINT64_MAX), UINT32_MAX);
}
END_TEST

/* ---- processes ---- */

static void saw(uint32_t pid, uint64_t anon_kib, uint32_t at_ms)
{
	const struct oom_proc p = proc_of(pid, anon_kib);

	oom_record_process(record, &p, at_ms, false);
}

START_TEST(the_last_point_is_the_latest_look)
{
	uint32_t random = 1, kib = 1000, peak = 0;

	begin();
	for (uint32_t i = 1; i <= 20000; i++) {
		const struct oom_track *t;
		bool ok;

		/* Long calm, bursts, and falls. */
		random = random * 1103515245 + 12345;
		if (i % 1000 > 900)
			kib = random >> 12;
		else
			kib += random >> 30;
		if (kib > peak)
			peak = kib;
		saw(7, kib, i * 37);
		t = track(7);
		/* Check is slow at counting assertions. */
		ok = t->n >= 1 && t->n <= OOM_TRACK_POINTS &&
		     t->points[t->n - 1].at_ms == i * 37 &&
		     t->points[t->n - 1].anon_kib == kib &&
		     t->peak_kib == peak &&
		     t->points[0].at_ms == 37; /* where it began */
		for (uint32_t j = 1; ok && j < t->n; j++)
			ok = t->points[j].at_ms > t->points[j - 1].at_ms;
		if (!ok)
			ck_abort_msg("after look %u", i);
	}
	end();
}
END_TEST

START_TEST(a_calm_process_costs_few_points)
{
	begin();
	for (uint32_t i = 1; i <= 1000; i++)
		saw(7, 5000, i);
	/* A second: at most one each 100 ms, and the latest look. */
	ck_assert_uint_le(track(7)->n, 12);
	ck_assert_uint_ge(track(7)->n, 10);
	end();
}
END_TEST

START_TEST(all_values)
{
	struct oom_proc p = { .pid = 7,
			      .ppid = 6,
			      .start_ticks = UINT64_MAX,
			      .name = "0123456789abcde",
			      .threads = 9,
			      .virtual_kib = UINT64_MAX,
			      .anon_kib = UINT64_MAX,
			      .shared_kib = 12,
			      .data_kib = 13,
			      .read_kib = 14,
			      .user_ms = 15,
			      .system_ms = 16,
			      .wait_ms = 17,
			      .sleeps = 18 };
	const struct oom_track *t;

	begin();
	oom_record_process(record, &p, 99, false);
	t = track(7);
	ck_assert_uint_eq(t->ppid, 6);
	ck_assert_str_eq(t->name, "0123456789abcde");
	ck_assert_uint_eq(t->threads, 9);
	ck_assert_uint_eq(t->virtual_kib, UINT32_MAX);
	ck_assert_uint_eq(t->peak_kib, UINT32_MAX);
	ck_assert_uint_eq(t->points[0].at_ms, 99);
	ck_assert_uint_eq(t->points[0].anon_kib, UINT32_MAX);
	ck_assert_uint_eq(t->points[0].shared_kib, 12);
	ck_assert_uint_eq(t->points[0].data_kib, 13);
	ck_assert_uint_eq(t->points[0].read_kib, 14);
	ck_assert_uint_eq(t->points[0].user_ms, 15);
	ck_assert_uint_eq(t->points[0].system_ms, 16);
	ck_assert_uint_eq(t->points[0].wait_ms, 17);
	ck_assert_uint_eq(t->points[0].sleeps, 18);
	/* Pid 0 marks a free slot. */
	p.pid = 0;
	oom_record_process(record, &p, 99, true);
	ck_assert_uint_eq(track(0)->n, 0);
	end();
}
END_TEST

/* Pids 1 to 12, of 1000 to 12000 KiB. */
static void fill_tracks(void)
{
	begin();
	for (uint32_t i = 1; i <= OOM_TRACKS_MAX; i++)
		saw(i, 1000 * i, 100);
	for (uint32_t i = 1; i <= OOM_TRACKS_MAX; i++)
		ck_assert_ptr_nonnull(track(i));
}

START_TEST(small_slots_go_first)
{
	const struct oom_track *slot;

	fill_tracks();
	/* As small as the smallest: no reason to lose what is known of that. */
	saw(50, 1000, 200);
	ck_assert_ptr_null(track(50));
	ck_assert_ptr_nonnull(track(1));
	slot = track(1);
	saw(50, 1001, 200);
	ck_assert_ptr_eq(track(50), slot);
	ck_assert_ptr_null(track(1));
	ck_assert_uint_eq(track(50)->n, 1);
	ck_assert_uint_eq(track(50)->peak_kib, 1001);
	/* The others have kept theirs, shrunk or not. */
	slot = track(12);
	saw(12, 2000, 300);
	ck_assert_ptr_eq(track(12), slot);
	ck_assert_uint_eq(track(12)->peak_kib, 12000);
	for (uint32_t i = 2; i <= OOM_TRACKS_MAX; i++)
		ck_assert_ptr_nonnull(track(i));
	end();
}
END_TEST

START_TEST(the_dead_go_before_the_living)
{
	fill_tracks();
	oom_record_gone(record, 12, 300);
	oom_record_gone(record, 11, 200);
	ck_assert_uint_eq(track(12)->gone_ms, 300);
	/* Even for a small one; who died first goes first. */
	saw(50, 1, 400);
	ck_assert_ptr_null(track(11));
	ck_assert_ptr_nonnull(track(12));
	saw(51, 1, 400);
	ck_assert_ptr_null(track(12));
	/* A free slot is better than any. */
	memset(track(5), 0, sizeof(struct oom_track));
	oom_record_gone(record, 10, 500);
	saw(52, 1, 600);
	ck_assert_ptr_nonnull(track(10));
	ck_assert_ptr_nonnull(track(52));
	end();
}
END_TEST

START_TEST(gone_and_back)
{
	begin();
	saw(7, 100, 50);
	oom_record_gone(record, 7, 100);
	oom_record_gone(record, 7, 200);
	ck_assert_uint_eq(track(7)->gone_ms, 100);
	/* It was only missed. */
	saw(7, 100, 300);
	ck_assert_uint_eq(track(7)->gone_ms, 0);
	/* 0 says that it lives. */
	oom_record_gone(record, 7, 0);
	ck_assert_uint_eq(track(7)->gone_ms, 1);
	oom_record_gone(record, 99, 100);
	oom_record_gone(record, 0, 100);
	ck_assert_uint_eq(track(0)->gone_ms, 0);
	end();
}
END_TEST

static void make_coarse(uint32_t pid)
{
	for (uint32_t i = 1; i <= 1000; i++)
		saw(pid, i * 50000, i * SECOND);
	ck_assert_uint_gt(track(pid)->every_ms, 100);
}

START_TEST(reused_pid)
{
	struct oom_proc p = proc_of(7, 100);
	const struct oom_track *t;
	uint32_t kib;

	begin();
	saw(8, 100, 1);
	kib = track(8)->every_kib;
	make_coarse(7);
	oom_record_gone(record, 7, 1001 * SECOND);
	p.start_ticks++;
	p.ppid = 2000;
	oom_record_process(record, &p, 1002 * SECOND, false);
	t = track(7);
	ck_assert_uint_eq(t->n, 1);
	ck_assert_uint_eq(t->points[0].at_ms, 1002 * SECOND);
	ck_assert_uint_eq(t->peak_kib, 100);
	ck_assert_uint_eq(t->ppid, 2000);
	ck_assert_uint_eq(t->gone_ms, 0);
	ck_assert_uint_eq(t->start_ticks, p.start_ticks);
	/* Seen as closely as any new one. */
	ck_assert_uint_eq(t->every_ms, 100);
	ck_assert_uint_eq(t->every_kib, kib);
	end();
}
END_TEST

START_TEST(another_program)
{
	struct oom_proc p = proc_of(7, 100);
	const struct oom_track *t;

	begin();
	make_coarse(7);
	/* An orphan by now: its first parent is still who made it. */
	strcpy(p.name, "other");
	p.ppid = 1;
	oom_record_process(record, &p, 1002 * SECOND, false);
	t = track(7);
	ck_assert_uint_eq(t->n, 1);
	ck_assert_str_eq(t->name, "other");
	ck_assert_uint_eq(t->peak_kib, 100);
	ck_assert_uint_eq(t->every_ms, 100);
	ck_assert_uint_eq(t->ppid, 1000);
	end();
}
END_TEST

START_TEST(first_parent)
{
	struct oom_proc p = proc_of(7, 100);

	begin();
	oom_record_process(record, &p, 100, false);
	p.ppid = 1;
	oom_record_process(record, &p, 200, true);
	ck_assert_uint_eq(track(7)->n, 2);
	ck_assert_uint_eq(track(7)->ppid, 1000);
	end();
}
END_TEST

/* ---- places ---- */

static const struct oom_place *place(uint32_t kind, const char *text)
{
	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++)
		if (record->places[i].kind == kind &&
		    !strcmp(record->places[i].text, text))
			return &record->places[i];
	return NULL;
}

/* One look's part at a time, and all of it stays all. */
START_TEST(not_kept)
{
	struct oom_place look = { .pid = 7,
				  .kind = OOM_PLACE_PYTHON,
				  .kib = 100,
				  .late_kib = 40,
				  .looks = 1,
				  .text = "f\tf.py\t1\t" };

	begin();
	for (int i = 0; i < 4; i++)
		oom_record_place(record, &look);
	oom_record_not_kept(record, 7, look.text, true);
	oom_record_not_kept(record, 7, look.text, false);
	oom_record_not_kept(record, 7, look.text, false);
	/* Nobody's: another process, another line. */
	oom_record_not_kept(record, 8, look.text, true);
	oom_record_not_kept(record, 7, "g", true);
	ck_assert_uint_eq(place(OOM_PLACE_PYTHON, look.text)->kib, 100);
	ck_assert_uint_eq(place(OOM_PLACE_PYTHON, look.text)->looks, 1);
	ck_assert_uint_eq(place(OOM_PLACE_GONE, look.text)->kib, 100);
	ck_assert_uint_eq(place(OOM_PLACE_GIVEN, look.text)->kib, 200);
	ck_assert_uint_eq(place(OOM_PLACE_GIVEN, look.text)->late_kib, 80);
	ck_assert_uint_eq(place(OOM_PLACE_GIVEN, look.text)->looks, 2);
	/* As often as it likes. */
	for (int i = 0; i < 9; i++)
		oom_record_not_kept(record, 7, look.text, true);
	ck_assert_uint_eq(place(OOM_PLACE_PYTHON, look.text)->kib, 0);
	ck_assert_uint_eq(place(OOM_PLACE_PYTHON, look.text)->looks, 0);
	ck_assert_uint_eq(place(OOM_PLACE_GONE, look.text)->looks, 2);
	end();
}
END_TEST

/* ---- the census ---- */

START_TEST(census)
{
	static struct oom_proc procs[OOM_CENSUS_MAX + 10];

	begin();
	for (uint32_t i = 0; i < OOM_CENSUS_MAX + 10; i++) {
		procs[i] = proc_of(i + 1, 9000 - i);
		procs[i].shared_kib = i;
	}
	oom_record_census(record, procs, OOM_CENSUS_MAX + 10, 3000, 77);
	ck_assert_uint_eq(record->n_processes, 3000);
	ck_assert_uint_eq(record->census_ms, 77);
	for (uint32_t i = 0; i < OOM_CENSUS_MAX; i++) {
		const struct oom_census_entry *e = &record->census[i];

		ck_assert_uint_eq(e->pid, i + 1);
		ck_assert_uint_eq(e->ppid, 1000);
		ck_assert_uint_eq(e->anon_kib, 9000 - i);
		ck_assert_uint_eq(e->shared_kib, i);
		ck_assert_str_eq(e->name, "work");
	}
	/* The next one has nothing of the one before. */
	oom_record_census(record, procs + 5, 2, 2, 78);
	ck_assert_uint_eq(record->census[0].pid, 6);
	ck_assert_uint_eq(record->census[1].pid, 7);
	for (uint32_t i = 2; i < OOM_CENSUS_MAX; i++)
		ck_assert_uint_eq(record->census[i].pid, 0);
	end();
}
END_TEST

/* ---- files ---- */

static const struct oom_record_file *file_of(uint32_t pid, const char *path)
{
	for (unsigned int i = 0; i < OOM_FILES_MAX; i++)
		if (record->files[i].pid == pid &&
		    !strcmp(record->files[i].path, path))
			return &record->files[i];
	return NULL;
}

START_TEST(file_moves)
{
	const struct oom_record_file *f;

	begin();
	saw_file(7, "/data/a b", 100, 10);
	saw_file(7, "/data/a b", 100, 20);
	f = file_of(7, "/data/a b");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->moves, 0);
	ck_assert_uint_eq(f->last_ms, 10);
	saw_file(7, "/data/a b", 300, 30);
	/* Back to its beginning is a move too. */
	saw_file(7, "/data/a b", 0, 40);
	saw_file(7, "/data/a b", 0, 50);
	ck_assert_uint_eq(f->moves, 2);
	ck_assert_uint_eq(f->first_position, 100);
	ck_assert_uint_eq(f->position, 0);
	ck_assert_uint_eq(f->first_ms, 10);
	ck_assert_uint_eq(f->last_ms, 40);
	saw_file(9, "pipe:[4711]", 0, 55);
	ck_assert_ptr_nonnull(file_of(9, "pipe:[4711]"));
	/* Another process's is another. */
	saw_file(8, "/data/a b", 5, 60);
	ck_assert_uint_eq(f->position, 0);
	ck_assert_uint_eq(file_of(8, "/data/a b")->position, 5);
	end();
}
END_TEST

static void fill_files(void)
{
	char path[32];

	begin();
	for (uint32_t i = 0; i < OOM_FILES_MAX; i++) {
		(void)snprintf(path, sizeof(path), "/data/%u", i);
		saw_file(7, path, i, 100 + i);
	}
}

START_TEST(file_slots)
{
	struct oom_record_file before[OOM_FILES_MAX];
	char path[OOM_FILE_PATH_LEN];

	fill_files();
	saw_file(7, "/data/0", 55, 300);
	/* "/data/1" has not moved for the longest now. */
	saw_file(7, "/new", 1, 310);
	ck_assert_ptr_null(file_of(7, "/data/1"));
	ck_assert_ptr_nonnull(file_of(7, "/data/0"));
	ck_assert_uint_eq(file_of(7, "/new")->moves, 0);
	ck_assert_uint_eq(file_of(7, "/new")->first_ms, 310);
	/* Nobody's file takes nobody's place. */
	memcpy(before, record->files, sizeof(before));
	saw_file(0, "/nobody", 1, 400);
	ck_assert(!memcmp(before, record->files, sizeof(before)));
	/* Nor does a pipe, where there is no free one. */
	saw_file(9, "pipe:[4711]", 0, 410);
	ck_assert(!memcmp(before, record->files, sizeof(before)));
	/* As long as can be. */
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	saw_file(7, path, 1, 500);
	saw_file(7, path, 2, 510);
	ck_assert_uint_eq(file_of(7, path)->moves, 1);
	end();
}
END_TEST

/* ---- kills ---- */

START_TEST(kills)
{
	begin();
	oom_record_kills(record, 0, 5);
	ck_assert_uint_le(record->n_moments, 1);
	begin();
	oom_record_kills(record, 2, 10);
	oom_record_kills(record, 2, 20);
	oom_record_kills(record, 1, 30);
	ck_assert_uint_eq(record->n_moments, 1);
	ck_assert_uint_eq(record->moments[0].at_ms, 10);
	ck_assert_uint_eq(record->moments[0].kills, 2);
	for (uint32_t i = 3; i < 100; i++)
		oom_record_kills(record, i, i * 100);
	ck_assert_uint_eq(record->n_moments, OOM_MOMENTS_MAX);
	ck_assert_uint_eq(record->moments[0].at_ms, 10);
	ck_assert_uint_eq(record->moments[6].kills, 8);
	ck_assert_uint_eq(record->moments[7].kills, 99);
	ck_assert_uint_eq(record->moments[7].at_ms, 9900);
	ck_assert_uint_eq(record->looks, 0);
	oom_record_kills(record, UINT64_MAX, 10000);
	ck_assert_uint_eq(record->moments[7].kills, UINT32_MAX);
	end();
}
END_TEST

TESTS("record", first_point, what_is_news, limit_sets_the_step, halving,
      days_cost_what_minutes_cost, recent_points_stay_dense, saturates,
      the_last_point_is_the_latest_look, a_calm_process_costs_few_points,
      all_values, small_slots_go_first, the_dead_go_before_the_living,
      gone_and_back, reused_pid, another_program, first_parent, not_kept,
      census, file_moves, file_slots, kills)
