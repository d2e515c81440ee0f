// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <limits.h>

START_TEST(spans)
{
	struct oom_span span = oom_span("anon 12");

	ck_assert_uint_eq(oom_span(NULL).len, 0);
	ck_assert(oom_span_is(oom_span(NULL), ""));
	ck_assert(oom_span_is(span, "anon 12"));
	ck_assert(!oom_span_is(span, "anon 1"));
	ck_assert(!oom_span_is(span, "anon 123"));
	ck_assert(oom_span_starts(span, "anon"));
	ck_assert(oom_span_starts(span, ""));
	ck_assert(!oom_span_starts(span, "anon 123"));
	ck_assert(!oom_span_skip(&span, "file"));
	ck_span_eq(span, "anon 12");
	ck_assert(oom_span_skip(&span, "anon "));
	ck_span_eq(span, "12");
}
END_TEST

START_TEST(find)
{
	struct oom_span span = oom_span("a) b) c");

	ck_assert_uint_eq(oom_span_find(span, ")"), 1);
	ck_assert_uint_eq(oom_span_rfind(span, ")"), 4);
	ck_assert_uint_eq(oom_span_find(span, "c"), 6);
	ck_assert_uint_eq(oom_span_rfind(span, "a"), 0);
	ck_assert_uint_eq(oom_span_find(span, "x"), span.len);
	ck_assert_uint_eq(oom_span_rfind(span, "x"), span.len);
	ck_assert_uint_eq(oom_span_find(span, ""), span.len);
	ck_assert_uint_eq(oom_span_rfind(span, ""), span.len);
	ck_assert_uint_eq(oom_span_find(span, "a) b) c d"), span.len);
	ck_assert_uint_eq(oom_span_rfind(span, "a) b) c d"), span.len);
	ck_assert_uint_eq(oom_span_find(oom_span(NULL), "a"), 0);
	/* Past its end is somebody else's memory. */
	span.len = 4;
	ck_assert_uint_eq(oom_span_rfind(span, ")"), 1);
	ck_assert_uint_eq(oom_span_find(span, "b)"), span.len);
}
END_TEST

START_TEST(trim)
{
	ck_span_eq(oom_span_trim(oom_span(" \t a b\t \n")), "a b");
	ck_span_eq(oom_span_trim(oom_span("  \n")), "");
	ck_span_eq(oom_span_trim(oom_span(NULL)), "");
}
END_TEST

START_TEST(lines)
{
	struct oom_span rest = oom_span("one\n\nthree"), line;

	ck_assert(oom_next_line(&rest, &line));
	ck_span_eq(line, "one");
	ck_assert(oom_next_line(&rest, &line));
	ck_span_eq(line, "");
	ck_assert(oom_next_line(&rest, &line));
	ck_span_eq(line, "three");
	ck_assert(!oom_next_line(&rest, &line));
	ck_span_eq(line, "three");
}
END_TEST

START_TEST(words)
{
	struct oom_span rest = oom_span("  anon\t 12 "), word;

	ck_assert(oom_next_word(&rest, &word));
	ck_span_eq(word, "anon");
	ck_assert(oom_next_word(&rest, &word));
	ck_span_eq(word, "12");
	ck_assert(!oom_next_word(&rest, &word));
	ck_span_eq(word, "12");
}
END_TEST

START_TEST(numbers)
{
	static const char *const garbled[] = { "",   " ",    "-1",  "+1",
					       "1 ", " 1",   "0x1", "1kB",
					       "1.", "1\n2", "max", "1e3" };
	uint64_t value = 77;

	ck_assert_int_eq(oom_parse_u64(oom_span("0"), &value), 0);
	ck_assert_uint_eq(value, 0);
	ck_assert_int_eq(oom_parse_u64(oom_span("007"), &value), 0);
	ck_assert_uint_eq(value, 7);
	ck_assert_int_eq(
		oom_parse_u64(oom_span("18446744073709551615"), &value), 0);
	ck_assert_uint_eq(value, UINT64_MAX);
	value = 77;
	for (size_t i = 0; i < sizeof(garbled) / sizeof(garbled[0]); i++)
		ck_assert_int_eq(oom_parse_u64(oom_span(garbled[i]), &value),
				 -EINVAL);
	ck_assert_int_eq(oom_parse_u64(oom_span(NULL), &value), -EINVAL);
	ck_assert_int_eq(oom_parse_u64(oom_span("18446744073709551616"),
				       &value),
			 -ERANGE);
	ck_assert_int_eq(oom_parse_u64(oom_span("99999999999999999999999"),
				       &value),
			 -ERANGE);
	ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(signed_numbers)
{
	int64_t value = 77;

	ck_assert_int_eq(oom_parse_i64(oom_span("-1000"), &value), 0);
	ck_assert_int_eq(value, -1000);
	ck_assert_int_eq(oom_parse_i64(oom_span("9223372036854775807"), &value),
			 0);
	ck_assert_int_eq(value, INT64_MAX);
	value = 77;
	ck_assert_int_eq(oom_parse_i64(oom_span("9223372036854775808"), &value),
			 -ERANGE);
	ck_assert_int_eq(oom_parse_i64(oom_span("-"), &value), -EINVAL);
	ck_assert_int_eq(oom_parse_i64(oom_span("--1"), &value), -EINVAL);
	ck_assert_int_eq(oom_parse_i64(oom_span("+1"), &value), -EINVAL);
	ck_assert_int_eq(value, 77);
}
END_TEST

START_TEST(copy)
{
	char out[4] = "zzz";

	oom_span_copy(oom_span("abcdef"), out, sizeof(out));
	ck_assert_str_eq(out, "abc");
	oom_span_copy(oom_span("abc"), out, sizeof(out));
	ck_assert_str_eq(out, "abc");
	oom_span_copy(oom_span(NULL), out, sizeof(out));
	ck_assert_str_eq(out, "");
	oom_span_copy(oom_span("abc"), out, 1);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(buffers)
{
	char memory[9];
	struct oom_buf buf;

	memset(memory, 'z', sizeof(memory));
	oom_buf_init(&buf, memory, 8);
	ck_assert_str_eq(memory, "");
	oom_buf_puts(&buf, "abc");
	oom_buf_printf(&buf, "%d", 4567);
	ck_assert(!buf.truncated);
	ck_assert_str_eq(memory, "abc4567");
	ck_assert_uint_eq(buf.len, 7);
	oom_buf_puts(&buf, "");
	ck_assert(!buf.truncated);
	oom_buf_puts(&buf, "x");
	ck_assert(buf.truncated);
	ck_assert_str_eq(memory, "abc4567");
	ck_assert_int_eq(memory[8], 'z');

	oom_buf_init(&buf, memory, 8);
	oom_buf_puts(&buf, "abc");
	oom_buf_printf(&buf, "%s", "defghi");
	ck_assert(buf.truncated);
	ck_assert_str_eq(memory, "abcdefg");
	ck_assert_uint_eq(buf.len, 7);
	ck_assert_int_eq(memory[8], 'z');
	oom_buf_printf(&buf, "%s", "more");
	ck_assert_uint_eq(buf.len, 7);
}
END_TEST

START_TEST(buffer_of_nothing)
{
	char memory[1] = "z";
	struct oom_buf buf;

	oom_buf_init(&buf, memory, 0);
	oom_buf_puts(&buf, "a");
	ck_assert(buf.truncated);
	buf.truncated = false;
	oom_buf_printf(&buf, "a");
	ck_assert(buf.truncated);
	ck_assert_uint_eq(buf.len, 0);
	ck_assert_int_eq(memory[0], 'z');
}
END_TEST

static const char *name(const char *text, size_t max, bool no_blanks)
{
	static char memory[128];
	struct oom_buf buf;

	oom_buf_init(&buf, memory, sizeof(memory));
	oom_buf_name(&buf, oom_span(text), max, no_blanks);
	return memory;
}

START_TEST(names)
{
	ck_assert_str_eq(name("python3", 24, true), "python3");
	ck_assert_str_eq(name("a b\nc\td", 24, false), "a b?c?d");
	ck_assert_str_eq(name("a b", 24, true), "a_b");
	ck_assert_str_eq(name("\033[2Jx\177\001", 24, true), "?[2Jx??");
	ck_assert_str_eq(name("na\xc3\xafve\xff", 24, true), "na??ve?");
	ck_assert_str_eq(name("abcdef", 6, true), "abcdef");
	ck_assert_str_eq(name("abcdefg", 6, true), "abc...");
	/* "At most max characters", also where the mark of a cut is longer. */
	ck_assert_uint_le(strlen(name("abcdefg", 2, true)), 2);
}
END_TEST

static const char *bytes(uint64_t number)
{
	static char text[OOM_BYTES_LEN];

	return oom_format_bytes(number, text);
}

START_TEST(bytes_for_people)
{
	ck_assert_str_eq(bytes(0), "0 bytes");
	ck_assert_str_eq(bytes(1023), "1023 bytes");
	ck_assert_str_eq(bytes(1024), "1 KiB");
	ck_assert_str_eq(bytes(812 * 1024), "812 KiB");
	ck_assert_str_eq(bytes(150 * MIB), "150 MiB");
	ck_assert_str_eq(bytes(150 * MIB - 1), "149 MiB");
	ck_assert_str_eq(bytes(GIB), "1 GiB");
	ck_assert_str_eq(bytes(GIB + GIB / 2), "1.5 GiB");
	ck_assert_str_eq(bytes(200 * GIB + GIB / 2), "200 GiB");
	ck_assert_str_eq(bytes(UINT64_MAX), "16383 PiB");
}
END_TEST

static const char *duration(uint64_t ms)
{
	static char text[OOM_DURATION_LEN];

	return oom_format_duration(ms, text);
}

START_TEST(durations)
{
	ck_assert_str_eq(duration(0), "0.0 s");
	ck_assert_str_eq(duration(449), "0.4 s");
	ck_assert_str_eq(duration(9999), "9.9 s");
	ck_assert_str_eq(duration(10000), "10 s");
	ck_assert_str_eq(duration(59999), "59 s");
	ck_assert_str_eq(duration(192000), "3 min 12 s");
	ck_assert_str_eq(duration(3600000), "1 h 0 min");
	ck_assert_str_eq(duration(18120000), "5 h 2 min");
	ck_assert_str_eq(duration(86400000), "1 d 0 h");
	ck_assert_str_eq(duration(UINT64_MAX), "213503982334 d 14 h");
}
END_TEST

static const char *option(uint64_t number)
{
	static char text[OOM_OPTION_LEN];

	return oom_format_option(number, text);
}

START_TEST(options)
{
	ck_assert_str_eq(option(0), "0K");
	ck_assert_str_eq(option(1), "1K");
	ck_assert_str_eq(option(1025), "2K");
	ck_assert_str_eq(option(150 * MIB), "150M");
	ck_assert_str_eq(option(1536 * MIB), "1536M");
	ck_assert_str_eq(option(4 * GIB), "4G");
	ck_assert_str_eq(option(1024 * GIB), "1T");
	/* Slurm knows no unit above T. */
	ck_assert_str_eq(option(2048 * 1024 * GIB), "2048T");
	ck_assert_str_eq(option(UINT64_MAX), "16777216T");
}
END_TEST

TESTS("text", spans, find, trim, lines, words, numbers, signed_numbers, copy,
      buffers, buffer_of_nothing, names, bytes_for_people, durations, options)
