// SPDX-License-Identifier: GPL-2.0-or-later
/* Which places are told, and with which share. */
#include "check.h"

#include "../lib/where.h"

#define LIMIT_KIB (1 << 20)

static struct oom_findings *f;
static struct oom_where where;

static void begin(void)
{
	free(f);
	f = calloc(1, sizeof(*f));
	ck_assert_ptr_nonnull(f);
	f->history.record.limit_kib = LIMIT_KIB;
}

static void end(void)
{
	free(f);
	f = NULL;
}

static void add(uint32_t pid, enum oom_place_kind kind, uint32_t kib,
		uint32_t looks, const char *text)
{
	struct oom_place *p = &f->history.record.places[f->history.n_places++];

	ck_assert_uint_le(f->history.n_places, OOM_PLACES_MAX);
	*p = (struct oom_place){
		.pid = pid, .kind = kind, .kib = kib, .looks = looks
	};
	oom_span_copy(oom_span(text), p->text, sizeof(p->text));
}

#define NATIVE OOM_PLACE_NATIVE
#define PYTHON OOM_PLACE_PYTHON
#define ASLEEP OOM_PLACE_ASLEEP
#define GONE   OOM_PLACE_GONE
#define GIVEN  OOM_PLACE_GIVEN

static void ck_nothing(uint32_t pid)
{
	oom_where(f, (struct oom_where_of){ .pid = pid }, &where);
	ck_assert_uint_eq(where.n, 0);
}

static void ck_place(unsigned int at, const char *function, const char *file,
		     uint32_t line, unsigned int percent)
{
	ck_assert_uint_lt(at, where.n);
	ck_assert(oom_span_is(where.of[at].function, function));
	ck_assert(oom_span_is(where.of[at].file, file));
	ck_assert_uint_eq(where.of[at].line, line);
	ck_assert_uint_eq(where.of[at].percent, percent);
}

START_TEST(nothing_seen)
{
	begin();
	ck_nothing(0);
	ck_nothing(7);
	end();
}
END_TEST

START_TEST(shares)
{
	begin();
	add(7, NATIVE, 18, 3, "read_mesh\tmesh.f90\t40\t");
	add(7, NATIVE, 71, 9, "assemble\tfem.f90\t212\tlibm");
	add(7, NATIVE, 11, 2, "");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 2);
	ck_place(0, "assemble", "fem.f90", 212, 71);
	ck_place(1, "read_mesh", "mesh.f90", 40, 18);
	ck_assert(oom_span_is(where.of[0].via, "libm"));
	ck_assert(!where.of[0].python);
	end();
}
END_TEST

START_TEST(top_share)
{
	begin();
	add(7, NATIVE, 30, 30, "a\ta.c\t1\t");
	add(7, NATIVE, 70, 70, "");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "a", "a.c", 1, 30);
	f->history.record.places[1].kib = 71;
	ck_nothing(7);
	end();
}
END_TEST

START_TEST(small_shares_are_left_out)
{
	begin();
	add(7, NATIVE, 81, 9, "a\ta.c\t1\t");
	add(7, NATIVE, 10, 9, "b\tb.c\t1\t");
	add(7, NATIVE, 9, 9, "c\tc.c\t1\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 2);
	ck_place(1, "b", "b.c", 1, 10);
	end();
}
END_TEST

START_TEST(three_at_most)
{
	begin();
	add(7, NATIVE, 40, 9, "a\ta.c\t1\t");
	add(7, NATIVE, 20, 9, "b\tb.c\t1\t");
	add(7, NATIVE, 20, 9, "c\tc.c\t1\t");
	add(7, NATIVE, 20, 9, "d\td.c\t1\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, OOM_WHERE_MAX);
	end();
}
END_TEST

/* By their number, or by how much of the limit they tell. */
START_TEST(enough_samples)
{
	begin();
	add(7, PYTHON, LIMIT_KIB / 4 - 1, 3, "f\tf.py\t1\t");
	ck_nothing(7);
	f->history.record.places[0].looks = 4;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	f->history.record.places[0].looks = 1;
	f->history.record.places[0].kib = LIMIT_KIB / 4;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_assert(where.of[0].python);
	/* Looks at which nothing had grown. */
	f->history.record.places[0].looks = 50;
	f->history.record.places[0].kib = 0;
	ck_nothing(7);
	end();
}
END_TEST

/* One function at several lines: the line that did most. */
START_TEST(lines_of_one_function)
{
	begin();
	add(7, PYTHON, 20, 2, "f\tf.py\t10\t");
	add(7, PYTHON, 45, 2, "f\tf.py\t12\tg");
	add(7, PYTHON, 35, 2, "f\tother.py\t10\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 2);
	ck_place(0, "f", "f.py", 12, 65);
	ck_assert(oom_span_is(where.of[0].via, "g"));
	ck_place(1, "f", "other.py", 10, 35);
	end();
}
END_TEST

START_TEST(without_function)
{
	begin();
	add(7, NATIVE, 40, 9, "\tprog\t0\t");
	add(7, NATIVE, 40, 9, "\tprog\t0\t");
	add(7, NATIVE, 20, 9, "\t\t0\tlibc");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "", "prog", 0, 80);
	end();
}
END_TEST

/* The interpreter's inside says nothing to who wrote Python. */
START_TEST(python_wins)
{
	begin();
	add(7, NATIVE, 900, 90, "_PyEval\tpython3\t0\t");
	add(7, ASLEEP, 500, 50, "wait\tw.py\t3\t");
	add(7, PYTHON, 60, 3, "f\tf.py\t1\t");
	add(7, PYTHON, 40, 3, "");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "f", "f.py", 1, 60);
	end();
}
END_TEST

/* Where it sleeps is not where it grows. */
START_TEST(seen_asleep)
{
	begin();
	add(7, ASLEEP, 850, 9, "wait\tw.py\t3\t");
	add(7, NATIVE, 100, 9, "");
	ck_nothing(7);
	add(7, PYTHON, 149, 9, "f\tf.py\t1\t");
	ck_nothing(7);
	add(7, PYTHON, 1, 9, "f\tf.py\t1\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "f", "f.py", 1, 100);
	f->history.record.places[0].kib = 900;
	ck_nothing(7);
	add(7, NATIVE, 100, 9, "fill\tfill.c\t3\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "fill", "fill.c", 3, 50);
	end();
}
END_TEST

/* ...but for a loop that sleeps in the function that works. */
START_TEST(sleeps_where_it_works)
{
	begin();
	add(7, ASLEEP, 900, 9, "load\tw.py\t3\t");
	add(7, PYTHON, 50, 9, "load\tw.py\t2\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "load", "w.py", 2, 100);
	/* Of another file, or one more function: chance. */
	add(7, PYTHON, 1, 1, "load\tv.py\t2\t");
	ck_nothing(7);
	add(7, ASLEEP, 1, 1, "load\tv.py\t2\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "load", "w.py", 2, 98);
	/* Another process sleeps there. */
	f->history.record.places[3].pid = 8;
	ck_nothing(7);
	end();
}
END_TEST

/* It slept through the last quarter, where it was never seen awake. */
START_TEST(seen_in_its_first_part)
{
	begin();
	add(7, PYTHON, 300, 9, "read\tf.py\t1\t");
	add(7, ASLEEP, 700, 9, "loop\tf.py\t9\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "read", "f.py", 1, 100);
	f->history.record.places[1].late_kib = LIMIT_KIB / 16 + 1;
	ck_nothing(7);
	/* Awake there too, or in a function that it sleeps in. */
	f->history.record.places[0].late_kib = 1;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "read", "f.py", 1, 100);
	f->history.record.places[0].late_kib = 0;
	oom_span_copy(oom_span("read\tf.py\t3\t"),
		      f->history.record.places[1].text, OOM_PLACE_LEN);
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "read", "f.py", 1, 100);
	end();
}
END_TEST

/* An array that comes and goes has not grown... */
START_TEST(unmapped)
{
	begin();
	add(7, PYTHON, 10, 3, "keep\tf.py\t1\t");
	add(7, GONE, 90, 27, "work\tf.py\t9\t");
	add(7, PYTHON, 2, 1, "work\tf.py\t9\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "keep", "f.py", 1, 83);
	/* ...but one that moves as it grows has: of too few nothing is known. */
	f->history.record.places[0].looks = 1;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "work", "f.py", 9, 90);
	f->history.record.places[0].looks = 3;
	f->history.record.places[1].kib = 109;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "work", "f.py", 9, 91);
	end();
}
END_TEST

/* What a function gives to the heap it may keep later, or never. */
START_TEST(given_back)
{
	begin();
	add(7, PYTHON, 30, 9, "work\tf.py\t9\t");
	add(7, PYTHON, 31, 9, "keep\tf.py\t1\t");
	add(7, GIVEN, 39, 36, "work\tf.py\t8\t");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 2);
	ck_place(0, "work", "f.py", 8, 69);
	ck_place(1, "keep", "f.py", 1, 31);
	f->history.record.places[2].looks = 37;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "keep", "f.py", 1, 31);
	/* Where most went that way, the rest tells nothing. */
	f->history.record.places[2].kib = 100;
	ck_nothing(7);
	/* Nobody else is seen to touch anything: it is kept there. */
	f->history.record.places[1].pid = 8;
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "work", "f.py", 8, 100);
	end();
}
END_TEST

/* Nobody is blamed for what another one did. */
START_TEST(of_one_process)
{
	begin();
	add(7, NATIVE, 100, 9, "f\tf.c\t1\t");
	add(8, PYTHON, 50, 9, "g\tg.py\t2\t");
	oom_where(f, (struct oom_where_of){ .pid = 8 }, &where);
	ck_place(0, "g", "g.py", 2, 100);
	ck_nothing(9);
	/* All of them. */
	oom_where(f, (struct oom_where_of){ .pid = 0 }, &where);
	ck_place(0, "f", "f.c", 1, 66);
	ck_place(1, "g", "g.py", 2, 33);
	end();
}
END_TEST

START_TEST(workers_together)
{
	begin();
	for (uint32_t pid = 20; pid < 36; pid++)
		add(pid, PYTHON, 10, 1, "load\tload.py\t5\t");
	oom_where(f, (struct oom_where_of){ .pid = 0 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "load", "load.py", 5, 100);
	end();
}
END_TEST

/* Their parent's growth is not theirs. */
START_TEST(not_their_parent)
{
	begin();
	add(9, PYTHON, 500, 9, "prices\tload.py\t5\t");
	add(20, PYTHON, 100, 5, "work\tload.py\t8\t");
	add(21, PYTHON, 100, 5, "work\tload.py\t8\t");
	oom_where(f, (struct oom_where_of){ .not_pid = 9 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "work", "load.py", 8, 100);
	oom_where(f, (struct oom_where_of){ .pid = 0 }, &where);
	ck_place(0, "prices", "load.py", 5, 71);
	end();
}
END_TEST

/* What is shared and what is a process's own are two questions; what has no name
 * may be either, and pages of files are neither. */
START_TEST(kinds_of_memory)
{
	const uint32_t eighth = LIMIT_KIB / 8;

	begin();
	add(7, NATIVE, 60, 9, "a\ta.c\t1\t\theap");
	add(7, NATIVE, 20, 9, "a\ta.c\t2\tmain\tanonymous");
	add(7, NATIVE, eighth, 9, "fill\tfill.c\t3\t\tshared");
	add(7, NATIVE, 900, 9, "scan\tscan.c\t4\t\tfile");
	add(7, NATIVE, 20, 9, "");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "a", "a.c", 1, 80);
	oom_where(f, (struct oom_where_of){ .pid = 7, .shared = true }, &where);
	ck_assert_uint_eq(where.n, 1);
	ck_place(0, "fill", "fill.c", 3, 99);
	/* Most of it was written by who was not seen. */
	f->history.record.places[2].kib = eighth - 21;
	oom_where(f, (struct oom_where_of){ .pid = 7, .shared = true }, &where);
	ck_assert_uint_eq(where.n, 0);
	/* One that touches a file and other memory copies it. */
	add(7, NATIVE, 100, 9, "scan\tscan.c\t5\t\theap");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "scan", "scan.c", 4, 90);
	end();
}
END_TEST

START_TEST(python_that_shares)
{
	begin();
	add(7, PYTHON, 60, 9, "work\tw.py\t1\t");
	add(7, PYTHON, LIMIT_KIB / 8, 9,
	    "fill\tw.py\t3\tin numpy x\tshared");
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	ck_place(0, "work", "w.py", 1, 100);
	oom_where(f, (struct oom_where_of){ .shared = true }, &where);
	ck_place(0, "fill", "w.py", 3, 100);
	ck_assert(oom_span_is(where.of[0].via, "in numpy x"));
	end();
}
END_TEST

/* Whatever the bytes are: no read beyond them (asan). */
START_TEST(any_text)
{
	static const char *const texts[] = { "\t",
					     "\t\t\t\t\t",
					     "a",
					     "a\tb",
					     "a\tb\t99999999999999999999\tc",
					     "a\tb\t-1\tc",
					     " \t \t \t ",
					     "\xff\x01\t\x02" };
	unsigned int seed = 1;

	begin();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add(7, NATIVE, 10, 9, texts[i]);
	oom_where(f, (struct oom_where_of){ .pid = 7 }, &where);
	for (int round = 0; round < 2000; round++) {
		struct oom_place *p =
			&f->history.record
				 .places[rand_r(&seed) % OOM_PLACES_MAX];

		for (size_t i = 0; i < sizeof(p->text); i++)
			p->text[i] =
				(char)(rand_r(&seed) % 4
					       ? 'a'
					       : "\t\n\0 "[rand_r(&seed) % 4]);
		p->kib = (uint32_t)rand_r(&seed) * 2;
		p->kind = (uint32_t)rand_r(&seed) % 8 + (round % 3 ? 0U : 40U);
		f->history.n_places = OOM_PLACES_MAX;
		oom_where(f,
			  (struct oom_where_of){ .pid = round % 2 ? 7 : 0,
						 .not_pid = round % 5,
						 .shared = round % 3 == 1 },
			  &where);
		ck_assert_uint_le(where.n, OOM_WHERE_MAX);
	}
	end();
}
END_TEST

TESTS("where", nothing_seen, shares, top_share, small_shares_are_left_out,
      three_at_most, enough_samples, lines_of_one_function, without_function,
      python_wins, seen_asleep, sleeps_where_it_works, seen_in_its_first_part,
      unmapped, given_back, of_one_process, workers_together, not_their_parent,
      kinds_of_memory, python_that_shares, any_text)
