// SPDX-License-Identifier: GPL-2.0-or-later
#include "../lib/names/place.h"
#include "check.h"

static char text[NAMES_PLACE_LEN];

START_TEST(as_text)
{
	struct names_place place = { .function = "Server::open_session",
				     .file = "server.cc",
				     .line = 42,
				     .via = "BLAS dgemm" };

	names_place_text(&place, text);
	ck_assert_str_eq(text,
			 "Server::open_session\tserver.cc\t42\tBLAS dgemm");
	memset(&place, 0, sizeof(place));
	names_place_text(&place, text);
	ck_assert_str_eq(text, "\t\t0\t");
	place.memory = NAMES_MAPPING_SHARED;
	names_place_text(&place, text);
	ck_assert_str_eq(text, "\t\t0\t\tshared");
}
END_TEST

/* What would move a reader's cursor or fields becomes a '?'. */
START_TEST(no_control)
{
	struct names_place place = { .function = "a\tb\nc",
				     .file = "\x1b[2J",
				     .via = "\xc3\xa4\x7f" };

	names_place_text(&place, text);
	ck_assert_str_eq(text, "a?b?c\t?[2J\t0\t???");
}
END_TEST

START_TEST(full_fields)
{
	struct names_place place = { .line = UINT32_MAX };

	memset(place.function, 'f', sizeof(place.function) - 1);
	memset(place.file, 'g', sizeof(place.file) - 1);
	memset(place.via, 'h', sizeof(place.via) - 1);
	names_place_text(&place, text);
	ck_assert_uint_lt(strlen(text), sizeof(text));
	ck_contains(text, "g\t4294967295\th");
	/* The kind of memory is never cut. */
	place.memory = NAMES_MAPPING_ANONYMOUS;
	names_place_text(&place, text);
	ck_assert_uint_lt(strlen(text), sizeof(text));
	ck_contains(text, "g\t4294967295\th");
	ck_contains(text, "h\tanonymous");
}
END_TEST

/* A line where it sleeps, and is seen ready; and one where it computes. */
START_TEST(lines_where_it_waits)
{
	struct names_place sleeps = { .function = "crawl", .line = 22 };
	struct names_place works = { .function = "fetch", .line = 14 };
	struct names_lines lines = { 0 };
	struct names_place other = { .line = 0 };

	/* Nothing is known of it: as its thread is. */
	works.ready = true;
	ck_assert(!names_lines_asleep(&lines, &works));
	sleeps.asleep = true;
	ck_assert(names_lines_asleep(&lines, &sleeps));
	sleeps.asleep = false;
	sleeps.ready = true;
	for (int i = 0; i < 5; i++)
		ck_assert(names_lines_asleep(&lines, &sleeps));
	/* It runs Python there. */
	sleeps.ready = false;
	ck_assert(!names_lines_asleep(&lines, &sleeps));
	ck_assert(!names_lines_asleep(&lines, &works));
	/* Of more lines than there is room for the most seen are kept. */
	for (unsigned int i = 1; i < 100; i++) {
		other.line = i;
		(void)names_lines_asleep(&lines, &other);
	}
	sleeps.ready = true;
	ck_assert(names_lines_asleep(&lines, &sleeps));
}
END_TEST

TESTS("names_place", lines_where_it_waits, as_text, no_control, full_fields)
