// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/capture.h"

static char memory[32768];
static struct oom_buf buf;

static void empty(size_t cap)
{
	memset(memory, 'z', sizeof(memory));
	oom_buf_init(&buf, memory, cap);
}

START_TEST(adds_sections)
{
	empty(sizeof(memory));
	oom_capture_add(&buf, "step", oom_span("job 1\nuid 2\n"));
	oom_capture_add(&buf, "empty", oom_span(""));
	oom_capture_add(&buf, "open end", oom_span("a"));
	ck_assert_str_eq(memory,
			 "[step]\n job 1\n uid 2\n[empty]\n[open end]\n a\n");
}
END_TEST

START_TEST(content_is_no_section)
{
	struct oom_span rest, section, body, line;
	const char content[] = "[step]\n\nb\0c\n [x]";

	empty(sizeof(memory));
	oom_capture_add(&buf, "argv",
			(struct oom_span){ content, sizeof(content) - 1 });
	ck_assert_str_eq(memory, "[argv]\n [step]\n \n b?c\n  [x]\n");
	rest = (struct oom_span){ buf.ptr, buf.len };
	ck_assert(oom_capture_next(&rest, &section, &body));
	ck_span_eq(section, "argv");
	ck_assert(oom_capture_line(&body, &line));
	ck_span_eq(line, "[step]");
	ck_assert(oom_capture_line(&body, &line));
	ck_span_eq(line, "");
	ck_assert(oom_capture_line(&body, &line));
	ck_span_eq(line, "b?c");
	ck_assert(oom_capture_line(&body, &line));
	ck_span_eq(line, " [x]");
	ck_assert(!oom_capture_line(&body, &line));
	ck_assert(!oom_capture_next(&rest, &section, &body));
}
END_TEST

START_TEST(cuts_at_a_lines_end)
{
	const size_t whole = strlen("[a]\n one\n two\n");

	for (size_t cap = 0; cap <= whole; cap++) {
		empty(cap);
		oom_capture_add(&buf, "a", oom_span("one\ntwo\n"));
		ck_assert(buf.truncated);
		ck_assert(!buf.len || memory[buf.len - 1] == '\n');
		ck_assert(!cap || !memory[buf.len]);
		ck_assert_int_eq(memory[cap], 'z');
	}
	empty(whole + 1);
	oom_capture_add(&buf, "a", oom_span("one\ntwo\n"));
	ck_assert(!buf.truncated);
	ck_assert_str_eq(memory, "[a]\n one\n two\n");
}
END_TEST

START_TEST(heading_that_does_not_fit)
{
	empty(12);
	oom_capture_add(&buf, "a", oom_span("b\n"));
	oom_capture_add(&buf, "a long name", oom_span("c\n"));
	ck_assert(buf.truncated);
	ck_assert_str_eq(memory, "[a]\n b\n");
}
END_TEST

START_TEST(passes_over_what_is_outside)
{
	struct oom_span rest = oom_span("#magic 1\n]\n[\n[]\n[open\n"
					"junk\n[a]\n x\nnot in a\n y\n[b]\n"),
			section, body;

	ck_assert(oom_capture_next(&rest, &section, &body));
	ck_span_eq(section, "");
	ck_span_eq(body, "");
	ck_assert(oom_capture_next(&rest, &section, &body));
	ck_span_eq(section, "a");
	ck_span_eq(body, " x\n");
	ck_assert(oom_capture_next(&rest, &section, &body));
	ck_span_eq(section, "b");
	ck_span_eq(body, "");
	ck_assert(!oom_capture_next(&rest, &section, &body));
}
END_TEST

static void put_file(int dir_fd, const char *name, const char *text, size_t len)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(reads_files)
{
	char path[64];
	int fd = make_folder(path);
	unsigned int open_before = count_descriptors();

	put_file(fd, "memory.max", "1024\n", 5);
	put_file(fd, "empty", "", 0);
	empty(sizeof(memory));
	ck_assert_int_eq(oom_capture_add_file(&buf, "m", fd, "memory.max"), 0);
	ck_assert_int_eq(oom_capture_add_file(&buf, "e", fd, "empty"), 0);
	ck_assert_str_eq(memory, "[m]\n 1024\n[e]\n");
	ck_assert_uint_eq(count_descriptors(), open_before);
	remove_folder(path, fd);
}
END_TEST

START_TEST(reads_no_more_than_8_kib)
{
	static char long_text[20000];
	char path[64];
	int fd = make_folder(path);

	memset(long_text, 'a', sizeof(long_text));
	put_file(fd, "long", long_text, sizeof(long_text));
	empty(sizeof(memory));
	ck_assert_int_eq(oom_capture_add_file(&buf, "l", fd, "long"), 0);
	ck_assert_uint_eq(buf.len, strlen("[l]\n ") + 8192 + 1);
	remove_folder(path, fd);
}
END_TEST

START_TEST(adds_nothing_on_failure)
{
	char path[64];
	int fd = make_folder(path);
	unsigned int open_before = count_descriptors();

	put_file(fd, "target", "secret\n", 7);
	ck_assert_int_eq(symlinkat("target", fd, "link"), 0);
	ck_assert_int_eq(mkdirat(fd, "folder", 0700), 0);
	empty(sizeof(memory));
	ck_assert_int_eq(oom_capture_add_file(&buf, "a", fd, "missing"),
			 -ENOENT);
	ck_assert_int_eq(oom_capture_add_file(&buf, "a", fd, "link"), -ELOOP);
	ck_assert_int_eq(oom_capture_add_file(&buf, "a", fd, "folder"),
			 -EISDIR);
	ck_assert_int_eq(oom_capture_add_file(&buf, "a", -1, "target"), -EBADF);
	ck_assert_uint_eq(buf.len, 0);
	ck_assert(!buf.truncated);
	ck_assert_uint_eq(count_descriptors(), open_before);
	remove_folder(path, fd);
}
END_TEST

/* A FIFO in the place of a kernel file: no waiting for a writer. */
START_TEST(does_not_wait)
{
	char path[64];
	int fd = make_folder(path);

	ck_assert_int_eq(mkfifoat(fd, "fifo", 0600), 0);
	empty(sizeof(memory));
	ck_assert_int_eq(oom_capture_add_file(&buf, "a", fd, "fifo"), 0);
	ck_assert_str_eq(memory, "[a]\n");
	remove_folder(path, fd);
}
END_TEST

TESTS("capture", adds_sections, content_is_no_section, cuts_at_a_lines_end,
      heading_that_does_not_fit, passes_over_what_is_outside, reads_files,
      reads_no_more_than_8_kib, adds_nothing_on_failure, does_not_wait)
