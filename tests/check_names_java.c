// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>

#include "../lib/names/java.h"
#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A command line as the kernel gives it; | ends a word here. */
static bool parse(const char *text, uint64_t *bytes)
{
	char cmdline[300];
	size_t len = strlen(text);

	ck_assert_uint_lt(len, sizeof(cmdline));
	for (size_t i = 0; i < len; i++)
		cmdline[i] = text[i] == '|' ? '\0' : text[i];
	return names_java_parse(cmdline, len, bytes);
}

START_TEST(heaps)
{
	static const struct {
		const char *cmdline;
		uint64_t bytes;
	} cases[] = {
		{ "java|-Xmx600m|Main|", 600 * MIB },
		{ "java|-Xmx600M|Main|", 600 * MIB },
		{ "/usr/bin/java|-Xms1g|-Xmx65536k|-jar|a.jar|", 64 * MIB },
		{ "java|-Xmx1073741824|Main|", GIB },
		{ "java|-Xmx2t|Main|", 2048 * GIB },
		{ "java|-XX:MaxHeapSize=3g|Main|", 3 * GIB },
		/* the last one counts */
		{ "java|-Xmx1g|-Xmx2g|Main|", 2 * GIB },
		{ "java|-Xmx1g|-XX:MaxHeapSize=2g|Main|", 2 * GIB },
		/* a value that does not look like one */
		{ "java|-cp|a.jar:b.jar|-Xmx1g|Main|", GIB },
		{ "java|--module-path|lib|-Xmx1g|-m|a/b|", GIB },
		{ "java|@options|-Xmx1g|Main|", GIB },
	};
	static const char *const none[] = {
		"",
		"java",
		"java|",
		"java|Main|",
		"-Xmx1g|Main|",	     /* the program's own name */
		"java|Main|-Xmx1g|", /* the program's options */
		"java|-jar|a.jar|-Xmx1g|",
		"java|-m|a/b|-Xmx1g|",
		"java|-cp|-Xmx1g|Main|",
		"java|-Xmx|Main|",
		"java|-Xmx0|Main|",
		"java|-Xmx1gb|Main|",
		"java|-Xmx-1g|Main|",
		"java|-Xmx 1g|Main|",
		"java|-Xmx1.5g|Main|",
		"java|-Xmx99999999999999999999|Main|",
		"java|-Xmx18446744073709551615t|Main|",
		"java|-XX:MaxHeapSize=|Main|",
		"java|-Xmx1g", /* cut off: perhaps 1gb, perhaps more of it */
	};
	uint64_t bytes;

	for (size_t i = 0; i < COUNT(cases); i++) {
		bytes = 0;
		ck_assert_msg(parse(cases[i].cmdline, &bytes), "%s",
			      cases[i].cmdline);
		ck_assert_uint_eq(bytes, cases[i].bytes);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		ck_assert_msg(!parse(none[i], &bytes), "%s", none[i]);
}
END_TEST

START_TEST(in_the_environment)
{
	static const struct {
		const char *environ;
		uint64_t bytes; /* 0: nothing */
	} cases[] = {
		{ "HOME=/|JAVA_TOOL_OPTIONS=-Xmx600m|A=b|", 600 * MIB },
		{ "JAVA_TOOL_OPTIONS=-Dx=y  -Xmx1g -Xmx2g|", 2 * GIB },
		{ "JAVA_TOOL_OPTIONS=|", 0 },
		{ "JAVA_TOOL_OPTIONS=-Dx=-Xmx1g|", 0 },
		{ "XJAVA_TOOL_OPTIONS=-Xmx1g|", 0 },
		{ "JAVA_TOOL_OPTIONS=-Xmx1g", 0 },
		{ "JAVA_TOOL_OPTIONS|", 0 },
		{ "", 0 },
	};
	uint64_t bytes;
	char text[100];

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].environ);

		for (size_t j = 0; j < len; j++)
			text[j] = cases[i].environ[j] == '|'
					  ? '\0'
					  : cases[i].environ[j];
		bytes = 0;
		ck_assert_int_eq(names_java_parse_env(text, len, &bytes),
				 cases[i].bytes != 0);
		ck_assert_uint_eq(bytes, cases[i].bytes);
	}
}
END_TEST

/* A process folder with a command line; only a libjvm.so makes it a JVM. */
START_TEST(needs_a_libjvm)
{
	static const char jvm[] = "7f00-7f10 r-xp 0 fe:01 12 /x/libjvm.so\n";
	static const char other[] =
		"7f00-7f10 r-xp 0 fe:01 12 /libjvm.so.d/a\n";
	static const char cmdline[] = "java\0-Xmx600m\0Main";
	char dir[] = "/tmp/check_java.XXXXXX";
	struct names_maps maps = { .n = 0 };
	uint64_t bytes = 0;
	int proc_fd, fd;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	proc_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(proc_fd, 0);
	ck_assert_int_eq(mkdirat(proc_fd, "7", 0755), 0);
	fd = openat(proc_fd, "7/cmdline", O_WRONLY | O_CREAT, 0644);
	ck_assert_int_eq(write(fd, cmdline, sizeof(cmdline)), sizeof(cmdline));
	ck_assert_int_eq(close(fd), 0);

	ck_assert_int_eq(names_maps_parse(&maps, jvm, strlen(jvm)), 0);
	ck_assert_int_eq(names_java_heap(&maps, proc_fd, 7, &bytes),
			 NAMES_JAVA_COMMAND);
	ck_assert_uint_eq(bytes, 600 * MIB);
	ck_assert_int_eq(names_java_heap(&maps, proc_fd, 8, &bytes),
			 NAMES_JAVA_NOTHING);
	names_maps_free(&maps);
	ck_assert_int_eq(names_maps_parse(&maps, other, strlen(other)), 0);
	ck_assert_int_eq(names_java_heap(&maps, proc_fd, 7, &bytes),
			 NAMES_JAVA_NOTHING);
	names_maps_free(&maps);

	ck_assert_int_eq(unlinkat(proc_fd, "7/cmdline", 0), 0);
	ck_assert_int_eq(unlinkat(proc_fd, "7", AT_REMOVEDIR), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	ck_assert_int_eq(close(proc_fd), 0);
}
END_TEST

/* As of OpenJDK 17: G1, an archive of classes at the end; Serial; and others. */
START_TEST(set_aside)
{
	static const struct {
		const char *maps;
		uint64_t bytes;
	} cases[] = {
		{ "687400000-69f000000 rw-p 00000000 00:00 0\n"
		  "69f000000-7ff800000 ---p 00000000 00:00 0\n"
		  "7ff800000-7ffb00000 rw-p 00000000 00:00 0\n"
		  "7ffb00000-7ffb75000 rw-p 00001000 fe:01 9 /x/classes.jsa\n"
		  "7ffb75000-800000000 rw-p 00000000 00:00 0\n"
		  "800000000-800c00000 rw-p 00c00000 fe:01 9 /x/classes.jsa\n"
		  "7f3968000000-7f3968021000 rw-p 00000000 00:00 0\n",
		  0x178c00000 },
		{ "ed400000-100000000 rw-p 00000000 00:00 0\n", 300 * MIB },
		{ "00010000-00011000 rw-p 00000000 00:00 0\n"
		  "ed400000-f0000000 rw-p 00000000 00:00 0\n"
		  "f0000000-100000000 ---p 00000000 00:00 0\n",
		  300 * MIB },
		/* A gap: not one piece. */
		{ "ed400000-f0000000 rw-p 00000000 00:00 0\n"
		  "f0001000-100000000 ---p 00000000 00:00 0\n",
		  0xffff000 },
		/* ZGC */
		{ "40017a00000-4178c000000 ---p 00000000 00:00 0\n", 0 },
		{ "ed400000-fffff000 rw-p 00000000 00:00 0\n", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct names_maps maps = { .n = 0 };

		ck_assert_int_eq(names_maps_parse(&maps, cases[i].maps,
						  strlen(cases[i].maps)),
				 0);
		ck_assert_uint_eq(names_java_reserved(&maps), cases[i].bytes);
		names_maps_free(&maps);
	}
}
END_TEST

TESTS("names_java", heaps, in_the_environment, needs_a_libjvm, set_aside)
