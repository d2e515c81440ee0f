/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the unit tests: one suite for each program, and small helpers. */
#ifndef OOM_TESTS_CHECK_H
#define OOM_TESTS_CHECK_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/advice.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static inline int run_tests(const char *name, const TTest *const *tests,
			    size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define TESTS(name, ...) \
	int main(void) \
	{ \
		const TTest *const tests[] = { __VA_ARGS__ }; \
\
		return run_tests(name, tests, \
				 sizeof(tests) / sizeof(tests[0])); \
	}

#define ck_span_eq(span, text) \
	do { \
		struct oom_span span_ = (span); \
		char got_[4096]; \
\
		oom_span_copy(span_, got_, sizeof(got_)); \
		ck_assert_str_eq(got_, text); \
	} while (0)

#define ck_known(reading, number) \
	do { \
		struct oom_reading reading_ = (reading); \
\
		ck_assert_msg(reading_.known, "%s is not known", #reading); \
		ck_assert_uint_eq(reading_.value, (number)); \
	} while (0)

#define ck_unknown(reading) \
	ck_assert_msg(!(reading).known, "%s is known", #reading)

#define ck_contains(text, part) \
	ck_assert_msg(strstr((text), (part)) != NULL, "\"%s\" is not in:\n%s", \
		      (part), (text))

#define ck_lacks(text, part) \
	ck_assert_msg(strstr((text), (part)) == NULL, "\"%s\" is in:\n%s", \
		      (part), (text))

/* Zeroed, as oom_findings_parse() wants it; free() it. */
static inline struct oom_findings *new_findings(void)
{
	struct oom_findings *f = calloc(1, sizeof(*f));

	ck_assert_ptr_nonnull(f);
	return f;
}

/* All the way from findings to the block; out->ptr is NUL-terminated. */
static inline void make_block(const struct oom_findings *f, struct oom_buf *out)
{
	struct oom_diagnosis d;
	struct oom_request r;

	oom_diagnose(f, &d);
	oom_request(f, &d, &r);
	oom_advice_block(f, &d, &r, out);
}

static inline char *read_whole(const char *path, size_t *len)
{
	char *text = malloc(1 << 20);
	size_t got = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
	ck_assert_ptr_nonnull(text);
	while ((n = read(fd, text + got, (1 << 20) - 1 - got)) > 0)
		got += (size_t)n;
	ck_assert_int_eq(close(fd), 0);
	text[got] = '\0';
	if (len)
		*len = got;
	return text;
}

/* A folder of its own for a test, and its descriptor. */
static inline int make_folder(char path[64])
{
	int fd;

	strcpy(path, "/tmp/oom-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(path));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static inline void remove_folder(const char *path, int fd)
{
	char command[128];

	(void)close(fd);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", path);
	ck_assert_int_eq(system(command), 0);
}

static inline unsigned int count_descriptors(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

#endif
