// SPDX-License-Identifier: GPL-2.0-or-later
/* When memory that was touched is looked at again, and when that is enough. */
#include "check.h"

#include "../lib/names/watches.h"

static struct names_watches watches;
static uint64_t at_us;

static void begin(void)
{
	memset(&watches, 0, sizeof(watches));
	at_us = 1000000;
}

/* The next look, when it is due. */
static bool look(enum names_memory_is is, struct names_watch *told)
{
	struct names_watch *w;

	at_us = names_watches_due(&watches);
	w = names_watches_next(&watches, at_us);
	ck_assert_ptr_nonnull(w);
	return names_watches_seen(w, is, at_us, told);
}

START_TEST(none)
{
	begin();
	ck_assert(names_watches_due(&watches) == UINT64_MAX);
	ck_assert_ptr_null(names_watches_next(&watches, at_us));
}
END_TEST

/* Soon, then later, then no more. */
START_TEST(kept)
{
	struct names_watch told;
	uint64_t before = 0, pause = 0;
	unsigned int looks = 0;

	begin();
	names_watches_place(&watches, 7, "f\tf.py\t1\t", 4096, at_us);
	ck_assert_ptr_null(names_watches_next(&watches, at_us));
	for (before = at_us; names_watches_due(&watches) != UINT64_MAX;
	     before = at_us) {
		ck_assert(!look(NAMES_MEMORY_KEPT, &told));
		ck_assert_uint_ge(at_us - before, pause);
		pause = at_us - before;
		looks++;
	}
	ck_assert_uint_gt(looks, 20);
	ck_assert_uint_lt(looks, 50);
	ck_assert_uint_lt(at_us, 1000000 + 1000000);
}
END_TEST

START_TEST(gone)
{
	static const enum names_memory_is is[] = { NAMES_MEMORY_FREE,
						   NAMES_MEMORY_UNMAPPED };

	for (int i = 0; i < 2; i++) {
		struct names_watch told;

		begin();
		names_watches_place(&watches, 7, "f\tf.py\t1\t", 4096, at_us);
		ck_assert(!look(is[i], &told));
		ck_assert(!look(NAMES_MEMORY_KEPT, &told));
		ck_assert(look(is[i], &told));
		ck_assert_uint_eq(told.pid, 7);
		ck_assert_str_eq(told.place, "f\tf.py\t1\t");
		ck_assert_uint_eq(told.free, i ? 0 : 2);
		ck_assert(names_watches_due(&watches) == UINT64_MAX);
	}
}
END_TEST

/* The process has ended: nothing is known. */
START_TEST(unknown)
{
	struct names_watch told;

	begin();
	names_watches_place(&watches, 7, "f", 4096, at_us);
	names_watches_site(&watches, 7, 12, 4096, at_us);
	ck_assert(!look(NAMES_MEMORY_UNKNOWN, &told));
	ck_assert(!look(NAMES_MEMORY_UNKNOWN, &told));
	ck_assert(names_watches_due(&watches) == UINT64_MAX);
}
END_TEST

/* Which of both it is counts: what is unmapped may have moved. */
START_TEST(site)
{
	struct names_watch told;

	begin();
	names_watches_site(&watches, 7, 12, 4096, at_us);
	for (int i = 0; i < 2; i++)
		ck_assert(!look(NAMES_MEMORY_UNMAPPED, &told));
	/* One watch for a site, whatever it touches next. */
	names_watches_site(&watches, 7, 12, 8192, at_us);
	ck_assert(!look(NAMES_MEMORY_FREE, &told));
	ck_assert(!look(NAMES_MEMORY_FREE, &told));
	ck_assert(look(NAMES_MEMORY_FREE, &told));
	ck_assert_uint_eq(told.free, 3);
	ck_assert_uint_eq(told.site, 12);
	ck_assert_uint_eq(told.address, 8192);
	ck_assert_int_eq(told.place[0], 0);
	ck_assert(names_watches_due(&watches) == UINT64_MAX);
	names_watches_site(&watches, 7, 12, 4096, at_us);
	for (int i = 0; i < 2; i++)
		ck_assert(!look(NAMES_MEMORY_UNMAPPED, &told));
	ck_assert(look(NAMES_MEMORY_UNMAPPED, &told));
	ck_assert_uint_eq(told.free, 0);
}
END_TEST

/* It touches all the time: that does not put its look off. */
START_TEST(busy_site)
{
	uint64_t due_us;
	struct names_watch told;

	begin();
	names_watches_site(&watches, 7, 12, 4096, at_us);
	due_us = names_watches_due(&watches);
	names_watches_site(&watches, 7, 12, 8192, at_us + 1000);
	ck_assert_uint_eq(names_watches_due(&watches), due_us);
	/* Looked at seldom by then: soon again. */
	for (int i = 0; i < 20; i++)
		ck_assert(!look(NAMES_MEMORY_KEPT, &told));
	due_us = names_watches_due(&watches);
	names_watches_site(&watches, 7, 12, 4096, at_us);
	ck_assert_uint_lt(names_watches_due(&watches), due_us);
}
END_TEST

/* The one that was looked at most makes room. */
START_TEST(more_than_there_is_room_for)
{
	struct names_watch told;

	begin();
	for (uint64_t i = 0; i < NAMES_WATCHES_MAX; i++)
		names_watches_place(&watches, 7, "f", 4096 * i, at_us + i);
	at_us = names_watches_due(&watches);
	(void)names_watches_seen(names_watches_next(&watches, at_us),
				 NAMES_MEMORY_KEPT, at_us, &told);
	names_watches_place(&watches, 7, "g", 4096, at_us);
	for (unsigned int i = 0, g = 0; i < NAMES_WATCHES_MAX; i++) {
		g += watches.of[i].place[0] == 'g';
		ck_assert(watches.of[i].place[0] == 'g' ||
			  watches.of[i].address);
		ck_assert_uint_eq(g, 1);
	}
}
END_TEST

TESTS("names_watches", none, kept, gone, unknown, site, busy_site,
      more_than_there_is_room_for)
