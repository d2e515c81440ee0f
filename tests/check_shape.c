// SPDX-License-Identifier: GPL-2.0-or-later
/* Growth made by hand, and what is read off it. */
#include "check.h"

#include "../lib/shape.h"

#define LOOK_MS 100

static struct oom_track t;
static struct oom_shape s;

static struct oom_track_point *end(void)
{
	return &t.points[t.n - 1];
}

/* One thread; asked for no more than a little beyond what it has. */
static void begin(uint32_t anon_kib)
{
	memset(&t, 0, sizeof(t));
	t.pid = 812;
	t.threads = 1;
	t.points[0].anon_kib = anon_kib;
	t.points[0].data_kib = anon_kib + 300;
	t.n = 1;
}

/* The next look: so much more of it, and nothing else happened. */
static struct oom_track_point *grow(int64_t kib)
{
	ck_assert_uint_lt(t.n, OOM_TRACK_POINTS);
	t.points[t.n] = t.points[t.n - 1];
	t.n++;
	end()->at_ms += LOOK_MS;
	end()->anon_kib = (uint32_t)(end()->anon_kib + kib);
	end()->data_kib = (uint32_t)(end()->data_kib + kib);
	return end();
}

static void grow_by(unsigned int looks, int64_t kib)
{
	while (looks--)
		(void)grow(kib);
}

/* Memory that was asked for: data, not yet resident. */
static void ask(uint32_t kib)
{
	grow(0)->data_kib += kib;
}

static void fill(unsigned int looks, uint32_t kib)
{
	while (looks--)
		(void)(grow(kib)->data_kib -= kib);
}

static void shape(void)
{
	memset(&s, 0x55, sizeof(s));
	ck_assert(oom_shape_of(&t, NULL, &s));
}

static void no_shape(void)
{
	memset(&s, 0x55, sizeof(s));
	ck_assert(!oom_shape_of(&t, NULL, &s));
}

START_TEST(linear)
{
	begin(1000);
	grow_by(20, 1000);
	shape();
	ck_assert_uint_eq(s.points, 21);
	/* A tenth of its growth is not yet grown. */
	ck_assert_uint_eq(s.from_ms, 200);
	ck_assert_uint_eq(s.began_ms, 200);
	ck_assert_uint_eq(s.to_ms, 2000);
	ck_assert_uint_eq(s.before_ms, 200);
	ck_assert_uint_eq(s.base_kib, 3000);
	ck_assert_uint_eq(s.end_kib, 21000);
	ck_assert_uint_eq(s.grown_kib, 18000);
	ck_assert_uint_eq(s.grown_points, 19);
	ck_assert_uint_eq(s.largest_kib, 1000);
	ck_assert_uint_eq(s.unseen_kib, 0);
	ck_assert_uint_eq(s.stages, 1);
	ck_assert_uint_eq(s.falls, 0);
	ck_assert_uint_eq(s.early_percent, 100);
	ck_assert_uint_eq(s.late_percent, 100);
	ck_assert_uint_eq(s.read_kib, 0);
	ck_assert_uint_eq(s.late_read_percent, 0);
	ck_assert_uint_eq(s.untouched_kib, 0);
	ck_assert_uint_eq(s.chunk_kib, 0);
	ck_assert_uint_eq(s.request_kib, 0);
}
END_TEST

/* The same at any size and any pace. */
START_TEST(size_and_pace_do_not_matter)
{
	for (uint32_t size = 1; size <= 10000; size *= 10)
		for (uint32_t pace = 1; pace <= 10000; pace *= 100) {
			begin(1000);
			grow_by(20, 1000);
			for (uint32_t i = 0; i < t.n; i++) {
				t.points[i].anon_kib *= size;
				t.points[i].data_kib *= size;
				t.points[i].at_ms *= pace;
			}
			shape();
			ck_assert_uint_eq(s.grown_points, 19);
			ck_assert_uint_eq(s.stages, 1);
			ck_assert_uint_eq(s.early_percent, 100);
			ck_assert_uint_eq(s.late_percent, 100);
		}
}
END_TEST

START_TEST(stages)
{
	begin(1000);
	for (int i = 0; i < 3; i++) {
		grow_by(5, 2000);
		grow_by(5, 0);
	}
	shape();
	ck_assert_uint_eq(s.stages, 3);
	ck_assert_uint_eq(s.largest_kib, 2000);
	ck_assert_uint_eq(s.falls, 0);
	/* Slower, but no pause. */
	begin(1000);
	for (int i = 0; i < 3; i++) {
		grow_by(5, 2000);
		grow_by(5, 200);
	}
	shape();
	ck_assert_uint_eq(s.stages, 1);
	/* A pause that is too short to be one. */
	begin(1000);
	grow_by(15, 2000);
	grow(0)->at_ms -= LOOK_MS - 10;
	grow_by(15, 2000);
	shape();
	ck_assert_uint_eq(s.stages, 1);
}
END_TEST

/* Teeth of 10000, each from its own floor. */
static void saw(unsigned int teeth, uint32_t floor, int32_t rise)
{
	begin(floor);
	for (unsigned int i = 0; i < teeth; i++) {
		if (i)
			(void)grow(rise - 10000);
		grow_by(4, 2500);
	}
}

START_TEST(sawtooth)
{
	saw(6, 2000, 1000);
	shape();
	ck_assert_uint_eq(s.falls, 5);
	ck_assert_int_eq(s.floor_kib, 4000);
	/* The same floor each time: nothing is kept. */
	saw(6, 2000, 0);
	shape();
	ck_assert_uint_eq(s.falls, 5);
	ck_assert_int_eq(s.floor_kib, 0);
	saw(6, 8000, -1000);
	shape();
	ck_assert_uint_eq(s.falls, 5);
	ck_assert_int_eq(s.floor_kib, -4000);
	/* Less than a tenth of its growth is given back. */
	begin(1000);
	for (int i = 0; i < 6; i++) {
		grow_by(4, 2500);
		(void)grow(-5000);
	}
	grow_by(4, 2500);
	shape();
	ck_assert_uint_gt(s.falls, 0);
	for (uint32_t i = 5; i < t.n; i += 5)
		t.points[i].anon_kib = t.points[i - 1].anon_kib - 1000;
	shape();
	ck_assert_uint_eq(s.falls, 0);
	ck_assert_int_eq(s.floor_kib, 0);
}
END_TEST

START_TEST(saturating)
{
	begin(1000);
	for (int i = 1, kib = 6000; i < OOM_TRACK_POINTS; i++) {
		(void)grow(kib);
		kib = kib * 7 / 8;
	}
	shape();
	ck_assert_uint_lt(s.late_percent * 2, s.early_percent);
	ck_assert_uint_lt(s.late_percent, s.middle_percent);
	ck_assert_uint_lt(s.middle_percent, s.early_percent);
	ck_assert_uint_eq(s.falls, 0);
	/* Faster and faster. */
	begin(1000);
	for (int i = 1; i < 20; i++)
		(void)grow(100 * i);
	shape();
	ck_assert_uint_gt(s.late_percent, s.early_percent);
}
END_TEST

START_TEST(steady_then_growth)
{
	begin(5000);
	grow_by(19, 0);
	grow_by(10, 3100);
	shape();
	ck_assert_uint_eq(s.from_ms, 2000);
	ck_assert_uint_eq(s.before_ms, 2000);
	ck_assert_uint_eq(s.to_ms, 2900);
	ck_assert_uint_eq(s.grown_points, 10);
	ck_assert_uint_eq(s.early_percent, 100);
	/* An earlier rise that was given back is no part of it. */
	begin(5000);
	grow_by(5, 3000);
	(void)grow(-15000);
	grow_by(5, 0);
	grow_by(10, 3000);
	shape();
	ck_assert_uint_ge(s.from_ms, 1100);
	ck_assert_uint_le(s.base_kib, 8000);
}
END_TEST

START_TEST(allocated_first)
{
	begin(1000);
	ask(100000);
	fill(10, 6000);
	shape();
	ck_assert_uint_eq(s.end_kib, 61000);
	ck_assert_uint_eq(s.request_kib, 100000);
	ck_assert_uint_eq(s.request_ms, 100);
	ck_assert(s.request_known);
	ck_assert_uint_eq(s.untouched_kib, 40000);
	/* When a tenth of it was filled. */
	ck_assert_uint_eq(s.chunk_kib, 70000);
	/* Filled to its end: nothing is left. */
	fill(1, 40000);
	shape();
	ck_assert_uint_eq(s.untouched_kib, 0);
	ck_assert_uint_eq(s.request_kib, 100000);
	/* Several of them, before the first is filled. */
	begin(1000);
	for (int i = 0; i < 3; i++)
		ask(30000);
	fill(10, 4500);
	shape();
	ck_assert_uint_eq(s.request_kib, 30000);
	ck_assert_uint_eq(s.untouched_kib, 45000);
}
END_TEST

/* Before the first look: so what was there before is not known. */
START_TEST(had_asked_before)
{
	begin(1000);
	end()->data_kib = 101000;
	fill(10, 6000);
	shape();
	ck_assert(!s.request_known);
	ck_assert_uint_eq(s.request_ms, 0);
	/* What libraries have is none of it. */
	ck_assert_uint_eq(s.request_kib, 100000 - 1024);
	ck_assert_uint_eq(s.untouched_kib, 40000 - 1024);
}
END_TEST

/* Their stacks are asked for and hardly touched. */
START_TEST(threads)
{
	begin(1000);
	t.threads = 9;
	end()->data_kib = 1000 + 8 * 8192 + 1024;
	grow_by(10, 5000);
	shape();
	ck_assert_uint_eq(s.untouched_kib, 0);
	end()->data_kib += 30000;
	shape();
	ck_assert_uint_eq(s.untouched_kib, 30000);
	/* No number of threads at all is one. */
	begin(1000);
	t.threads = 0;
	grow_by(10, 5000);
	shape();
	ck_assert_uint_eq(s.untouched_kib, 0);
	t.threads = UINT32_MAX;
	shape();
	ck_assert_uint_eq(s.untouched_kib, 0);
}
END_TEST

START_TEST(arrays_in_turn)
{
	begin(1000);
	for (int i = 0; i < 5; i++) {
		ask(10000);
		fill(4, 2500);
	}
	shape();
	ck_assert_uint_eq(s.chunk_kib, 10000);
	ck_assert_uint_eq(s.request_kib, 10000);
	ck_assert_uint_eq(s.untouched_kib, 0);
	ck_assert_uint_eq(s.stages, 5);
}
END_TEST

/* A library's buffers, asked for and never used. */
START_TEST(never_filled)
{
	begin(1000);
	ask(50000);
	grow_by(10, 4000);
	shape();
	ck_assert_uint_eq(s.request_kib, 50000);
	ck_assert_uint_eq(s.untouched_kib, 0);
	ck_assert_uint_eq(s.chunk_kib, 0);
	/* A near miss: just asked for, and nothing else grew since. */
	begin(1000);
	grow_by(10, 4000);
	ask(50000);
	(void)grow(1000);
	shape();
	ck_assert_uint_eq(s.untouched_kib, 50000);
	/* A quarter of what grew since went into it. */
	begin(1000);
	ask(50000);
	for (int i = 0; i < 10; i++) {
		fill(1, 1000);
		(void)grow(3000);
	}
	shape();
	ck_assert_uint_eq(s.untouched_kib, 40000);
	(void)grow(1000);
	shape();
	ck_assert_uint_eq(s.untouched_kib, 0);
}
END_TEST

/* A work array that comes and goes in each round, while something is kept. */
START_TEST(given_back)
{
	begin(1000);
	for (int i = 0; i < 5; i++) {
		ask(20000);
		fill(2, 5000);
		(void)grow(-10000);
		end()->data_kib -= 10000;
		(void)grow(3000);
	}
	shape();
	ck_assert_uint_eq(s.chunk_kib, 0);
	/* The last one is there yet: it is one of them. */
	ask(20000);
	fill(1, 5000);
	shape();
	ck_assert_uint_eq(s.chunk_kib, 3000 - 300);
	/* Large parts are kept beside it: a plan. */
	begin(1000);
	for (int i = 0; i < 3; i++) {
		ask(20000);
		fill(2, 5000);
		(void)grow(-10000);
		end()->data_kib -= 10000;
		ask(30000);
		fill(1, 30000);
	}
	shape();
	ck_assert_uint_ge(s.chunk_kib, 20000);
}
END_TEST

static void read_too(uint32_t from, uint32_t to, uint32_t kib)
{
	for (uint32_t i = from; i < t.n; i++)
		t.points[i].read_kib += kib * ((i < to ? i + 1 : to) - from);
}

START_TEST(read_at_first)
{
	begin(1000);
	grow_by(5, 1000);
	grow_by(10, 3000);
	read_too(1, 6, 1000);
	shape();
	ck_assert_uint_eq(s.began_ms, 300);
	ck_assert_uint_eq(s.from_ms, 500);
	ck_assert_uint_eq(s.base_kib, 6000);
	ck_assert_uint_eq(s.read_kib, 2000);
	ck_assert_uint_eq(s.late_read_percent, 0);
	/* Most of the growth came while it read: that is the story. */
	begin(1000);
	grow_by(10, 3000);
	grow_by(5, 1000);
	read_too(1, 11, 1000);
	shape();
	ck_assert_uint_eq(s.from_ms, s.began_ms);
}
END_TEST

START_TEST(read_all_along)
{
	begin(1000);
	grow_by(20, 1000);
	read_too(0, 21, 100);
	shape();
	ck_assert_uint_eq(s.from_ms, s.began_ms);
	ck_assert_uint_eq(s.late_read_percent, 100);
	ck_assert_uint_eq(s.read_kib, 1800);
	/* A large read(2) counts when it returns: in every third look. */
	begin(1000);
	grow_by(21, 1000);
	for (uint32_t i = 1; i < t.n; i++)
		t.points[i].read_kib = i / 3 * 300;
	shape();
	ck_assert_uint_eq(s.late_read_percent, 100);
	/* Next to nothing. */
	begin(1000);
	grow_by(20, 1000);
	read_too(0, 21, 10);
	shape();
	ck_assert_uint_eq(s.late_read_percent, 0);
	/* It stopped half way. */
	begin(1000);
	grow_by(20, 1000);
	read_too(0, 12, 100);
	shape();
	ck_assert_uint_le(s.late_read_percent, 50);
}
END_TEST

START_TEST(sleeping_loop)
{
	begin(1000);
	grow_by(20, 1000);
	for (uint32_t i = 0; i < t.n; i++) {
		t.points[i].user_ms = i * 10;
		t.points[i].system_ms = i * 5;
		t.points[i].wait_ms = i * 5;
		t.points[i].sleeps = i * 3;
	}
	shape();
	ck_known(s.idle_percent, 80);
	ck_assert_uint_eq(s.sleeps, 54);
	/* All of its threads have slept for as long. */
	t.threads = OOM_PROC_THREADS_MAX;
	shape();
	ck_known(s.idle_percent, 80);
	/* Of more, not all were looked at. */
	t.threads++;
	shape();
	ck_unknown(s.idle_percent);
}
END_TEST

START_TEST(busy_loop)
{
	begin(1024);
	grow_by(20, 1024);
	for (uint32_t i = 0; i < t.n; i++)
		t.points[i].user_ms = i * LOOK_MS;
	shape();
	ck_known(s.idle_percent, 0);
	ck_assert_uint_eq(s.sleeps, 0);
	ck_assert_uint_eq(s.user_us_per_mib, LOOK_MS * 1000);
	/* The clock of CPU time is coarse: more than there was. */
	for (uint32_t i = 0; i < t.n; i++)
		t.points[i].system_ms = i * 10;
	shape();
	ck_known(s.idle_percent, 0);
	/* Over less than a tenth of a second it tells nothing. */
	for (uint32_t i = 0; i < t.n; i++)
		t.points[i].at_ms = i * 5;
	shape();
	ck_unknown(s.idle_percent);
	/* Nor below a MiB. */
	begin(100);
	grow_by(20, 10);
	end()->user_ms = 1000;
	shape();
	ck_assert_uint_eq(s.user_us_per_mib, 0);
}
END_TEST

START_TEST(end_by_the_report)
{
	struct oom_track_point last;

	begin(1000);
	grow_by(10, 1000);
	last = *end();
	last.at_ms += 30;
	last.anon_kib += 5000;
	last.data_kib += 25000;
	ck_assert(oom_shape_of(&t, &last, &s));
	ck_assert_uint_eq(s.points, 12);
	ck_assert_uint_eq(s.to_ms, 1030);
	ck_assert_uint_eq(s.end_kib, 16000);
	ck_assert_uint_eq(s.unseen_kib, 5000);
	ck_assert_uint_eq(s.untouched_kib, 20000);
	/* Less than was seen: the kernel counts in batches. */
	last.anon_kib = 10900;
	ck_assert(oom_shape_of(&t, &last, &s));
	ck_assert_uint_eq(s.unseen_kib, 0);
	/* Older than the last look. */
	last.at_ms = end()->at_ms - 1;
	last.anon_kib = 100000;
	ck_assert(oom_shape_of(&t, &last, &s));
	ck_assert_uint_eq(s.points, 11);
	ck_assert_uint_eq(s.end_kib, 11000);
	ck_assert_uint_eq(s.unseen_kib, 0);
	/* Two looks and the report are three. */
	t.n = 2;
	last.at_ms = 1030;
	ck_assert(oom_shape_of(&t, &last, &s));
	t.n = 0;
	ck_assert(!oom_shape_of(&t, &last, &s));
}
END_TEST

START_TEST(too_little)
{
	begin(1000);
	grow_by(2, 5000);
	for (t.n = 0; t.n < 3; t.n++) {
		no_shape();
		ck_assert_uint_eq(s.points, t.n);
		ck_assert_uint_eq(s.grown_kib, 0);
	}
	/* No growth. */
	begin(1000);
	grow_by(10, 0);
	no_shape();
	begin(20000);
	grow_by(15, -1000);
	no_shape();
	begin(0);
	grow_by(15, 0);
	no_shape();
	/* On its way out it has nothing any more. */
	begin(1000);
	grow_by(10, 1000);
	(void)grow(0);
	end()->anon_kib = end()->data_kib = 0;
	shape();
	ck_assert_uint_eq(s.points, 11);
	ck_assert_uint_eq(s.end_kib, 11000);
	for (uint32_t i = 0; i < t.n; i++)
		t.points[i].data_kib = 0;
	no_shape();
	ck_assert_uint_eq(s.points, 0);
}
END_TEST

START_TEST(no_time)
{
	begin(1000);
	grow_by(10, 1000);
	for (uint32_t i = 0; i < t.n; i++)
		t.points[i].at_ms = 700;
	shape();
	ck_assert_uint_eq(s.from_ms, 700);
	ck_assert_uint_eq(s.to_ms, 700);
	ck_assert_uint_eq(s.before_ms, 0);
	ck_unknown(s.idle_percent);
	ck_assert_uint_eq(s.early_percent, 0);
	ck_assert_uint_eq(s.late_percent, 0);
}
END_TEST

static void ck_sane(void)
{
	ck_assert_uint_le(s.points, OOM_TRACK_POINTS + 1);
	ck_assert_uint_le(s.grown_points, s.points);
	ck_assert_uint_le(s.late_read_percent, 100);
	ck_assert_uint_le(oom_value_or(s.idle_percent, 0), 100);
	ck_assert_uint_le(s.stages, s.points);
	ck_assert_uint_le(s.falls, s.points);
	ck_assert_uint_le(s.end_kib, UINT32_MAX);
	ck_assert_uint_le(s.grown_kib, s.end_kib);
	ck_assert_uint_le(s.unseen_kib, s.end_kib);
	ck_assert_uint_le(s.untouched_kib, UINT32_MAX);
	ck_assert_uint_le(s.chunk_kib, UINT32_MAX);
}

START_TEST(maxima)
{
	begin(0);
	grow_by(20, 1000);
	for (uint32_t i = 10; i < t.n; i++)
		t.points[i] = (struct oom_track_point){
			UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
			UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
			UINT32_MAX, 0,
		};
	shape();
	ck_sane();
	ck_assert_uint_eq(s.end_kib, UINT32_MAX);
	t.threads = UINT32_MAX;
	shape();
	ck_sane();
	/* A torn count. */
	t.n = UINT32_MAX;
	(void)oom_shape_of(&t, NULL, &s);
	ck_sane();
}
END_TEST

/* Whatever is in them, in any order. */
START_TEST(anything)
{
	uint32_t state = 4711, *bytes = (uint32_t *)t.points;

	for (int round = 0; round < 20000; round++) {
		struct oom_track_point last;
		bool small = round % 2;

		begin(0);
		for (size_t i = 0; i < sizeof(t.points) / 4; i++) {
			state = state * 1664525 + 1013904223;
			bytes[i] = small	  ? state >> 20
				   : state % 7	  ? state
				   : state & 4096 ? UINT32_MAX
						  : 0;
		}
		t.n = state % (OOM_TRACK_POINTS + 3);
		t.threads = state >> 28;
		last = t.points[7];
		(void)oom_shape_of(&t, round % 3 ? &last : NULL, &s);
		ck_sane();
	}
}
END_TEST

TESTS("shape", linear, size_and_pace_do_not_matter, stages, sawtooth,
      saturating, steady_then_growth, allocated_first, had_asked_before,
      threads, arrays_in_turn, never_filled, given_back, read_at_first,
      read_all_along, sleeping_loop, busy_loop, end_by_the_report, too_little,
      no_time, maxima, anything)
