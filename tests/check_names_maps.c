// SPDX-License-Identifier: GPL-2.0-or-later
#include "../lib/names/maps.h"
#include "../lib/names/mounts.h"
#include "check.h"

static struct names_maps maps;

static void parse(const char *text)
{
	ck_assert_int_eq(names_maps_parse(&maps, text, strlen(text)), 0);
}

START_TEST(a_program)
{
	parse("555555554000-555555555000 r--p 00000000 08:01 1234   "
	      "/home/u/heat\n"
	      "555555555000-555555556000 r-xp 00001000 08:01 1234   "
	      "/home/u/heat\n"
	      "555555560000-555555581000 rw-p 00000000 00:00 0      [heap]\n"
	      "7ffff7d00000-7ffff7d01000 rw-s 00010000 fe:1a 99999999999 /a b "
	      "(deleted)\n"
	      "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0 \n"
	      "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 "
	      "[vsyscall]\n");
	ck_assert_uint_eq(maps.n, 6);
	ck_assert_uint_eq(maps.list[1].start, 0x555555555000);
	ck_assert_uint_eq(maps.list[1].end, 0x555555556000);
	ck_assert_uint_eq(maps.list[1].offset, 0x1000);
	ck_assert_uint_eq(maps.list[1].inode, 1234);
	ck_assert(maps.list[1].readable && maps.list[1].executable &&
		  !maps.list[1].writable);
	ck_assert_str_eq(maps.list[1].path, "/home/u/heat");
	ck_assert_uint_eq(maps.list[3].major, 0xfe);
	ck_assert_uint_eq(maps.list[3].minor, 0x1a);
	ck_assert_uint_eq(maps.list[3].inode, 99999999999);
	ck_assert_str_eq(maps.list[3].path, "/a b (deleted)");
	ck_assert_str_eq(maps.list[4].path, "");
	names_maps_free(&maps);
	ck_assert_uint_eq(maps.n, 0);
	ck_assert_ptr_null(maps.list);
}
END_TEST

START_TEST(finds)
{
	parse("1000-2000 r--p 0 08:01 1 /a\n"
	      "2000-3000 r-xp 0 08:01 1 /b\n"
	      "5000-6000 r-xp 0 08:01 1 /c\n");
	ck_assert_ptr_null(names_maps_find(&maps, 0));
	ck_assert_ptr_null(names_maps_find(&maps, 0xfff));
	ck_assert_str_eq(names_maps_find(&maps, 0x1000)->path, "/a");
	ck_assert_str_eq(names_maps_find(&maps, 0x1fff)->path, "/a");
	ck_assert_str_eq(names_maps_find(&maps, 0x2000)->path, "/b");
	ck_assert_ptr_null(names_maps_find(&maps, 0x3000));
	ck_assert_ptr_null(names_maps_find(&maps, 0x4fff));
	ck_assert_str_eq(names_maps_find(&maps, 0x5fff)->path, "/c");
	ck_assert_ptr_null(names_maps_find(&maps, 0x6000));
	ck_assert_ptr_null(names_maps_find(&maps, UINT64_MAX));
	names_maps_free(&maps);
	ck_assert_ptr_null(names_maps_find(&maps, 0x1000));
}
END_TEST

/* A name with a line's end is escaped by the kernel; nothing else is trusted. */
START_TEST(lines_that_are_none)
{
	parse("1000-2000 r-xp 0 08:01 1 /good\n"
	      "\n"
	      "nonsense\n"
	      "3000-2000 r-xp 0 08:01 1 /backwards\n"
	      "3000-3000 r-xp 0 08:01 1 /empty\n"
	      "1800-2800 r-xp 0 08:01 1 /overlaps\n"
	      "4000-5000 r-x 0 08:01 1 /short\n"
	      "4000-5000 r-xp 0 08:01\n"
	      "4000-5000 r-xp 0 0801 1 /no-colon\n"
	      "-5000 r-xp 0 08:01 1 /no-start\n"
	      "6000-7000 r-xp 0 08:01 1 /also-good\n"
	      "8000-9000 r-xp 0 08:01 1 /no-line-end");
	ck_assert_uint_eq(maps.n, 2);
	ck_assert_str_eq(maps.list[0].path, "/good");
	ck_assert_str_eq(maps.list[1].path, "/also-good");
	parse("");
	ck_assert_uint_eq(maps.n, 0);
	ck_assert_int_eq(names_maps_parse(&maps, "a\0b\n1000-2000", 13), 0);
	ck_assert_uint_eq(maps.n, 0);
	names_maps_free(&maps);
}
END_TEST

START_TEST(any_bytes)
{
	static const char line[] =
		"7ffff7d00000-7ffff7d01000 rw-s 00010000 fe:1a 999 /a b\n";
	unsigned int seed = 1;

	for (int round = 0; round < 20000; round++) {
		char text[sizeof(line)];

		memcpy(text, line, sizeof(line));
		for (int n = 1 + rand_r(&seed) % 4; n; n--)
			text[(size_t)rand_r(&seed) % (sizeof(line) - 1)] =
				(char)rand_r(&seed);
		ck_assert_int_eq(
			names_maps_parse(&maps, text, sizeof(line) - 1), 0);
		for (size_t i = 0; i < maps.n; i++)
			ck_assert_uint_lt(maps.list[i].start, maps.list[i].end);
	}
	names_maps_free(&maps);
}
END_TEST

START_TEST(more_than_are_kept)
{
	enum { N = NAMES_MAPS_MAX + 10, LEN = 64 };
	char *text = malloc((size_t)N * LEN);
	size_t len = 0;

	ck_assert_ptr_nonnull(text);
	for (unsigned int i = 1; i <= N; i++)
		len += (size_t)snprintf(text + len, LEN,
					"%x000-%x000 r-xp 0 08:01 1 /a\n", i,
					i + 1);
	ck_assert_int_eq(names_maps_parse(&maps, text, len), 0);
	ck_assert_uint_eq(maps.n, NAMES_MAPS_MAX);
	names_maps_free(&maps);
	free(text);
}
END_TEST

static void ck_kind(const char *rest, enum names_mapping_kind kind)
{
	char line[120];

	(void)snprintf(line, sizeof(line), "1000-2000 %s\n", rest);
	parse(line);
	ck_assert_uint_eq(maps.n, 1);
	ck_assert_int_eq(names_mapping_kind(&maps.list[0]), kind);
}

START_TEST(kinds)
{
	ck_kind("rw-p 0 00:00 0 [heap]", NAMES_MAPPING_HEAP);
	ck_kind("rw-p 0 00:00 0", NAMES_MAPPING_ANONYMOUS);
	ck_kind("rw-p 0 00:00 0 [anon:glibc: malloc]", NAMES_MAPPING_ANONYMOUS);
	ck_kind("rw-p 0 00:00 0 [stack]", NAMES_MAPPING_STACK);
	ck_kind("r--p 0 08:01 7 /data/table", NAMES_MAPPING_FILE);
	ck_kind("rw-s 0 08:01 7 /data/table", NAMES_MAPPING_FILE);
	/* Once written to, a page of it is the process's own. */
	ck_kind("rw-p 0 08:01 7 /lib/libm.so", NAMES_MAPPING_ANONYMOUS);
	ck_kind("rw-s 0 00:19 7 /dev/shm/table", NAMES_MAPPING_SHARED);
	ck_kind("rw-s 0 00:01 7 /dev/zero (deleted)", NAMES_MAPPING_SHARED);
	ck_kind("rw-s 0 00:01 7 /memfd:ring (deleted)", NAMES_MAPPING_SHARED);
	ck_kind("rw-s 0 00:01 7 /SYSV00000000 (deleted)", NAMES_MAPPING_SHARED);
	ck_kind("rw-s 0 00:01 7 [anon_shmem:x]", NAMES_MAPPING_SHARED);
	names_maps_free(&maps);
}
END_TEST

static bool is_tmpfs(char *text, uint32_t major, uint32_t minor)
{
	FILE *file = fmemopen(text, strlen(text), "r");
	bool ret;

	ck_assert_ptr_nonnull(file);
	ret = names_mounts_is_tmpfs(file, major, minor);
	(void)fclose(file);
	return ret;
}

START_TEST(mounts)
{
	static char text[4096] =
		"21 1 8:1 / / rw,noatime shared:1 - ext4 /dev/sda1 rw\n"
		"no mount at all\n"
		"30 21 0:26 / /dev/shm rw shared:4 - tmpfs tmpfs rw\n"
		"31 21 0:27 / /a\\040-\\040tmpfs rw - overlay tmpfs rw\n"
		"32 21 0:28 / /tmp rw - tmpfs tmpfs rw,size=9g\n";

	ck_assert(is_tmpfs(text, 0, 26));
	ck_assert(is_tmpfs(text, 0, 28));
	ck_assert(!is_tmpfs(text, 8, 1));
	ck_assert(!is_tmpfs(text, 0, 27));
	ck_assert(!is_tmpfs(text, 0, 2));
	/* A line that does not fit is none, and the one behind it is whole. */
	(void)snprintf(text, sizeof(text), "30 21 0:26 /%02000d - tmpfs a\n%s",
		       0, "32 21 0:28 / /tmp rw - tmpfs tmpfs rw\n");
	ck_assert(!is_tmpfs(text, 0, 26));
	ck_assert(is_tmpfs(text, 0, 28));
}
END_TEST

START_TEST(of_this_process)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	const struct names_mapping *m;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(names_maps_read(&maps, fd), 0);
	/* Again, from the start. */
	ck_assert_int_eq(names_maps_read(&maps, fd), 0);
	m = names_maps_find(&maps, (uint64_t)(uintptr_t)&count_descriptors);
	ck_assert_ptr_nonnull(m);
	ck_assert(m->executable);
	ck_assert_ptr_nonnull(strstr(m->path, "check_names_maps"));
	(void)close(fd);
	ck_assert_int_eq(names_maps_read(&maps, fd), -EBADF);
	names_maps_free(&maps);
}
END_TEST

TESTS("names_maps", kinds, mounts, a_program, finds, lines_that_are_none,
      any_bytes, more_than_are_kept, of_this_process)
