// SPDX-License-Identifier: GPL-2.0-or-later
/* What is kept of the node is used as long as it is of this boot. */
#include "check.h"

#include "../lib/clock.h"
#include "../lib/hierarchy.h"

#define LINK	   ".memory-hierarchy"
#define OTHER_BOOT "11111111-2222-3333-4444-555555555555"

static char folder[64], boot[OOM_BOOT_ID_LEN];
static int dir_fd, proc_fd;
static struct oom_hierarchy real;

/* False: this machine has no memory cgroup. */
static bool begin(void)
{
	memset(&real, 0, sizeof(real));
	(void)oom_hierarchy_discover(&real);
	if (real.version == OOM_CGROUP_NONE) {
		(void)printf("skipped: no memory cgroup on this machine\n");
		return false;
	}
	dir_fd = make_folder(folder);
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(oom_boot_id(proc_fd, boot), 0);
	return true;
}

static void end(void)
{
	(void)close(proc_fd);
	remove_folder(folder, dir_fd);
}

static const char *kind(void)
{
	return real.version == OOM_CGROUP_V1 ? "v1"
	       : real.local_events	     ? "v2-local"
					     : "v2";
}

static void keep(const char *word, const char *boot_id, int64_t booted_s,
		 const char *mount)
{
	char text[OOM_CGROUP_PATH_MAX + 100];

	(void)unlinkat(dir_fd, LINK, 0);
	(void)snprintf(text, sizeof(text), "%s %s %lld %s", word, boot_id,
		       (long long)booted_s, mount);
	ck_assert_int_eq(symlinkat(text, dir_fd, LINK), 0);
}

static const char *kept(void)
{
	static char text[OOM_CGROUP_PATH_MAX + 100];
	ssize_t got = readlinkat(dir_fd, LINK, text, sizeof(text) - 1);

	text[got < 0 ? 0 : got] = '\0';
	return text;
}

static void find(bool anew)
{
	unsigned int open_before = count_descriptors();
	struct oom_node node = { .boot_id = "" };
	int mount_fd = -1;

	ck_assert_int_eq(
		oom_hierarchy_find(dir_fd, proc_fd, anew, &node, &mount_fd), 0);
	ck_assert_int_ge(mount_fd, 0);
	(void)close(mount_fd);
	ck_assert_uint_eq(count_descriptors(), open_before);
	ck_assert_str_eq(node.hierarchy.mount, real.mount);
	ck_assert_int_eq(node.hierarchy.version, real.version);
	ck_assert_str_eq(node.boot_id, boot);
	/* Whatever was there: now it is right. */
	ck_contains(kept(), boot);
	ck_contains(kept(), real.mount);
}

START_TEST(asks_and_keeps)
{
	char first[700];

	if (!begin())
		return;
	find(false);
	(void)snprintf(first, sizeof(first), "%s", kept());
	find(false);
	ck_assert_str_eq(kept(), first);
	end();
}
END_TEST

/* The kept one is used as it is, and not when slurmd starts. */
START_TEST(uses_what_is_kept)
{
	struct oom_node node;
	int mount_fd = -1;

	if (!begin())
		return;
	keep(kind(), OTHER_BOOT, oom_boot_moment_s() + 3, real.mount);
	ck_assert_int_eq(oom_hierarchy_find(dir_fd, proc_fd, false, &node,
					    &mount_fd),
			 0);
	(void)close(mount_fd);
	ck_assert_str_eq(node.boot_id, OTHER_BOOT);
	find(true);
	end();
}
END_TEST

START_TEST(of_another_boot)
{
	if (!begin())
		return;
	keep(kind(), OTHER_BOOT, oom_boot_moment_s() - 600, real.mount);
	find(false);
	keep("v2", OTHER_BOOT, oom_boot_moment_s() + 600, "/nowhere");
	find(false);
	keep(kind(), OTHER_BOOT, INT64_MIN, real.mount);
	find(false);
	end();
}
END_TEST

/* Somebody has set the clock: the answer stays, with the new moment. */
START_TEST(clock_was_set)
{
	char moment[32];

	if (!begin())
		return;
	keep(kind(), boot, oom_boot_moment_s() - 7200, real.mount);
	find(false);
	(void)snprintf(moment, sizeof(moment), " %lld",
		       (long long)(oom_boot_moment_s() / 100));
	ck_contains(kept(), moment);
	end();
}
END_TEST

START_TEST(no_answers)
{
	static const char *const texts[] = { "x",	    "v2",
					     "v3 b 1 /sys", "v1 b",
					     "v2 b x /sys", "v2 b 1 sys",
					     "v2-local" };
	int fd;

	if (!begin())
		return;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		(void)unlinkat(dir_fd, LINK, 0);
		ck_assert_int_eq(symlinkat(texts[i], dir_fd, LINK), 0);
		find(false);
	}
	keep(kind(), boot, oom_boot_moment_s(), "/nowhere");
	find(false);
	keep(kind(), boot, oom_boot_moment_s(), "/proc");
	find(false);
	/* What an older release kept. */
	(void)unlinkat(dir_fd, LINK, 0);
	fd = openat(dir_fd, LINK, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "v1 /x\n", 6), 6);
	(void)close(fd);
	find(false);
	end();
}
END_TEST

TESTS("hierarchy", asks_and_keeps, uses_what_is_kept, of_another_boot,
      clock_was_set, no_answers)
