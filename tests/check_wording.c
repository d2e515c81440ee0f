// SPDX-License-Identifier: GPL-2.0-or-later
/* Every sentence by itself, with any values at all. */
#include "check.h"

#include "../lib/page.h"
#include "../lib/values.h"
#include "../lib/wording.h"

static struct oom_values v;
static char memory[1024];
static struct oom_buf out;

/* One of the sentences joined by OOM_OR at a time. */
static bool next_one(struct oom_span *rest, struct oom_span *one)
{
	size_t end = oom_span_find(*rest, OOM_OR);

	if (!rest->len)
		return false;
	*one = (struct oom_span){ rest->ptr, end };
	end += end < rest->len;
	rest->ptr += end;
	rest->len -= end;
	return true;
}

static void each_of(const char *const *templates, size_t max,
		    void (*check)(struct oom_span one))
{
	struct oom_span rest, one;

	for (size_t i = 0; i < max && templates[i]; i++)
		for (rest = oom_span(templates[i]); next_one(&rest, &one);)
			check(one);
}

static void each(void (*check)(struct oom_span one))
{
	const char *const pointer[] = { oom_pointer,
					oom_cause_line_undetermined,
					oom_where_line };

	each_of(oom_opening, 100, check);
	each_of(oom_opening_healthy, 100, check);
	each_of(oom_closing, 100, check);
	each_of(oom_notice, 100, check);
	each_of(oom_cause_lines, 3, check);
	each_of(pointer, 3, check);
	for (int cause = 0; cause < OOM_CAUSES; cause++) {
		each_of(oom_wordings[cause].evidence, 4, check);
		each_of(oom_wordings[cause].advice, 5, check);
	}
}

static void all_known(const char *text)
{
	for (int i = 0; i < OOM_VALUES; i++)
		oom_set_text(&v, (enum oom_value)i, text);
}

static void ck_expands(struct oom_span one)
{
	char sentence[1024];

	oom_span_copy(one, sentence, sizeof(sentence));
	oom_buf_init(&out, memory, sizeof(memory));
	ck_assert_msg(oom_expand(&v, sentence, &out), "no such name in: %.*s",
		      (int)one.len, one.ptr);
	ck_assert(!out.truncated);
	ck_assert_uint_gt(out.len, 0);
}

/* A name that is misspelt would leave its sentence out for ever. */
START_TEST(names_exist)
{
	for (int i = 0; i < OOM_VALUES; i++)
		ck_assert_msg(oom_value_names[i] != NULL, "value %d", i);
	all_known("x");
	each(ck_expands);
}
END_TEST

static bool used[OOM_VALUES];

static void note_names(struct oom_span one)
{
	for (int i = 0; i < OOM_VALUES; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "{%s}", oom_value_names[i]);
		used[i] |= oom_span_find(one, name) < one.len;
	}
}

START_TEST(names_are_used)
{
	each(note_names);
	for (int i = 0; i < OOM_VALUES; i++)
		ck_assert_msg(used[i], "nobody says {%s}", oom_value_names[i]);
}
END_TEST

/* The first of them that can be said is said: the last can be with less. */
static void ck_characters(struct oom_span one)
{
	unsigned int open = 0;

	for (size_t i = 0; i < one.len; i++) {
		ck_assert_msg((one.ptr[i] >= ' ' && one.ptr[i] <= '~') ||
				      one.ptr[i] == '\n' ||
				      one.ptr[i] == OOM_CODE[0],
			      "character %d in: %.*s", one.ptr[i], (int)one.len,
			      one.ptr);
		open += one.ptr[i] == '{';
		open -= one.ptr[i] == '}';
		ck_assert_uint_le(open, 1);
	}
	ck_assert_uint_eq(open, 0);
}

START_TEST(characters)
{
	each(ck_characters);
}
END_TEST

static void ck_lays_out(struct oom_span one)
{
	char text[4 * OOM_BLOCK_MAX];
	struct oom_page page = { .lines = 0 };
	struct oom_span rest, line;

	ck_expands(one);
	oom_buf_init(&page.text, text, sizeof(text));
	oom_page_text(&page, (struct oom_span){ out.ptr, out.len }, 2, 5);
	ck_assert_uint_gt(page.lines, 0);
	rest = (struct oom_span){ page.text.ptr, page.text.len };
	while (oom_next_line(&rest, &line)) {
		ck_assert_uint_le(line.len, OOM_BLOCK_WIDTH);
		ck_assert(!oom_span_starts(line, "#oom-advice"));
	}
}

/* As long as a value can be, and in words or not. */
START_TEST(layout)
{
	static const char *const texts[] = { "x", "a b  c d",
					     "(", "=",
					     "-", "12345678901234567890" };
	char longest[OOM_VALUE_MAX];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		all_known(texts[i]);
		each(ck_lays_out);
	}
	memset(longest, 'w', sizeof(longest));
	longest[OOM_NAME_SHOWN + 16] = '\0';
	all_known(longest);
	each(ck_lays_out);
}
END_TEST

/* What stands where a name with a long sentence around it is not known. */
START_TEST(nothing_known)
{
	memset(&v, 0, sizeof(v));
	for (int cause = 0; cause < OOM_CAUSES; cause++) {
		const struct oom_wording *w = &oom_wordings[cause];
		bool said = cause == OOM_CAUSE_NONE;

		for (size_t i = 0; i < 5 && w->advice[i]; i++) {
			oom_buf_init(&out, memory, sizeof(memory));
			said |= oom_expand(&v, w->advice[i], &out);
		}
		/* Some advice can be given always. */
		ck_assert_msg(said || cause == OOM_CAUSE_UNDETERMINED ||
				      cause == OOM_CAUSE_RANK_IMBALANCE,
			      "%s: nothing to do", oom_cause_names[cause]);
	}
}
END_TEST

START_TEST(places)
{
	struct oom_where where = { .n = 2,
				   .of = { { .function = oom_span("walk"),
					     .file = oom_span("tree.c"),
					     .line = 12,
					     .via = oom_span("by main"),
					     .memory = oom_span("stack"),
					     .percent = 71 },
					   { .function = oom_span("load"),
					     .file = oom_span("tree.c"),
					     .line = 40,
					     .memory = oom_span("heap"),
					     .percent = 20 } } };

	oom_values_clear(&v);
	oom_set_where(&v, &where);
	oom_buf_init(&out, memory, sizeof(memory));
	ck_assert(oom_expand(&v, oom_where_line, &out));
	ck_assert(oom_span_is((struct oom_span){ out.ptr, out.len },
			      "Where it grew: 71% in walk(), tree.c:12, on its "
			      "stack (called by main); 20% in load(), "
			      "tree.c:40."));
	where.n = 0;
	oom_values_clear(&v);
	oom_set_where(&v, &where);
	ck_assert(!oom_expand(&v, oom_where_line, &out));
}
END_TEST

TESTS("wording", names_exist, names_are_used, places, characters, layout,
      nothing_known)
