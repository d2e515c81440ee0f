// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/capture.h"
#include "../lib/cgroup.h"

/* ---- where ---- */

static char path[OOM_CGROUP_PATH_MAX];

static int membership(const char *text, enum oom_cgroup_version version)
{
	strcpy(path, "untouched");
	return oom_cgroup_parse_membership(oom_span(text), version, path);
}

START_TEST(membership_v2)
{
	ck_assert_int_eq(membership("0::/a/b\n", OOM_CGROUP_V2), 0);
	ck_assert_str_eq(path, "/a/b");
	/* Hybrid: v1 lines stand before it. */
	ck_assert_int_eq(membership("12:cpu,cpuacct:/c\n1:name=systemd:/d\n"
				    "0::/a:b",
				    OOM_CGROUP_V2),
			 0);
	ck_assert_str_eq(path, "/a:b");
}
END_TEST

START_TEST(membership_v1)
{
	const char text[] = "12:cpu,cpuacct:/c\n5:memory:/slurm/uid_0/job_1\n"
			    "1:name=systemd:/d\n0::/e\n";

	ck_assert_int_eq(membership(text, OOM_CGROUP_V1), 0);
	ck_assert_str_eq(path, "/slurm/uid_0/job_1");
	ck_assert_int_eq(membership("5:cpu,memory,pids:/x", OOM_CGROUP_V1), 0);
	ck_assert_str_eq(path, "/x");
}
END_TEST

START_TEST(membership_garbled)
{
	static const char *const v1[] = { "",
					  "5:memory\n",
					  "5:memoryx:/a\n",
					  "5:xmemory:/a\n",
					  "5:name=memory:/a\n",
					  "5:memory:\n",
					  "5:memory:a\n",
					  "0::/a\n",
					  "memory\n" };
	static const char *const v2[] = { "",	 "0:memory:/a\n", "1::/a\n",
					  "0::", "0::a\n",	  ":::" };

	for (size_t i = 0; i < sizeof(v1) / sizeof(v1[0]); i++)
		ck_assert_int_eq(membership(v1[i], OOM_CGROUP_V1), -ENOENT);
	for (size_t i = 0; i < sizeof(v2) / sizeof(v2[0]); i++)
		ck_assert_int_eq(membership(v2[i], OOM_CGROUP_V2), -ENOENT);
	ck_assert_str_eq(path, "untouched");
}
END_TEST

START_TEST(membership_too_long)
{
	char text[OOM_CGROUP_PATH_MAX + 16];

	memset(text, 'a', sizeof(text));
	memcpy(text, "0::/", 4);
	text[3 + OOM_CGROUP_PATH_MAX] = '\0';
	ck_assert_int_eq(membership(text, OOM_CGROUP_V2), -ENAMETOOLONG);
	ck_assert_str_eq(path, "untouched");
	text[3 + OOM_CGROUP_PATH_MAX - 1] = '\0';
	ck_assert_int_eq(membership(text, OOM_CGROUP_V2), 0);
	ck_assert_uint_eq(strlen(path), OOM_CGROUP_PATH_MAX - 1);
}
END_TEST

static struct oom_cgroup_place place;

static const char *level(enum oom_level_kind kind)
{
	static char out[OOM_CGROUP_PATH_MAX];

	oom_cgroup_level_path(&place, kind, out);
	return out;
}

START_TEST(place_v2)
{
	ck_assert_int_eq(
		oom_cgroup_place("/system.slice/slurmstepd.scope/job_4711/"
				 "step_batch/user/task_0",
				 &place),
		0);
	ck_assert_str_eq(level(OOM_LEVEL_JOB),
			 "/system.slice/slurmstepd.scope/job_4711");
	ck_assert_str_eq(level(OOM_LEVEL_STEP),
			 "/system.slice/slurmstepd.scope/job_4711/step_batch");
	ck_assert_str_eq(
		level(OOM_LEVEL_USER),
		"/system.slice/slurmstepd.scope/job_4711/step_batch/user");
	ck_assert_str_eq(level(OOM_LEVEL_TASK),
			 "/system.slice/slurmstepd.scope/job_4711/step_batch/"
			 "user/task_0");
}
END_TEST

/* From 26.05 on the job's folder has no number in it. */
START_TEST(place_sluid)
{
	ck_assert_int_eq(oom_cgroup_place("/system.slice/n_slurmstepd.scope/"
					  "s1K5M847V61000/step_0/user/task_3",
					  &place),
			 0);
	ck_assert_str_eq(level(OOM_LEVEL_JOB),
			 "/system.slice/n_slurmstepd.scope/s1K5M847V61000");
}
END_TEST

START_TEST(place_v1)
{
	ck_assert_int_eq(oom_cgroup_place("/slurm_node0/uid_1000/job_7/step_0/"
					  "task_1",
					  &place),
			 0);
	ck_assert_str_eq(level(OOM_LEVEL_JOB), "/slurm_node0/uid_1000/job_7");
	ck_assert_str_eq(level(OOM_LEVEL_STEP),
			 "/slurm_node0/uid_1000/job_7/step_0");
	ck_assert_str_eq(level(OOM_LEVEL_USER), "");
	ck_assert_str_eq(level(OOM_LEVEL_TASK),
			 "/slurm_node0/uid_1000/job_7/step_0/task_1");
}
END_TEST

/* Folders that the job itself made are not Slurm's levels. */
START_TEST(place_of_the_jobs_own_folders)
{
	ck_assert_int_eq(oom_cgroup_place("/s/job_1/step_0/user/task_0/step_9/"
					  "user/task_7",
					  &place),
			 0);
	ck_assert_str_eq(level(OOM_LEVEL_STEP), "/s/job_1/step_0");
	ck_assert_str_eq(level(OOM_LEVEL_TASK), "/s/job_1/step_0/user/task_0");
	ck_assert_int_eq(
		oom_cgroup_place("/s/job_1/step_0/mine/task_0", &place), 0);
	ck_assert_str_eq(level(OOM_LEVEL_TASK), "");
}
END_TEST

START_TEST(place_elsewhere)
{
	static const char *const not_slurms[] = { "",
						  "/",
						  "/user.slice/user-1000.slice",
						  "/job_1/xstep_0",
						  "/step_0",
						  "/job_1/stepped" };

	for (size_t i = 0; i < sizeof(not_slurms) / sizeof(not_slurms[0]);
	     i++) {
		memset(&place, 7, sizeof(place));
		ck_assert_int_eq(oom_cgroup_place(not_slurms[i], &place),
				 -ENOENT);
		ck_assert_uint_eq(place.len[OOM_LEVEL_JOB],
				  UINT64_C(0x0707070707070707));
	}
}
END_TEST

/* ---- what the files say ---- */

static struct oom_level got;

static void parse(const char *file, const char *text)
{
	oom_level_parse(&got, file, oom_span(text));
}

static void fresh(void)
{
	memset(&got, 0, sizeof(got));
}

START_TEST(v2_files)
{
	fresh();
	parse("path", " /s/job_1\n");
	parse("memory.events", " low 0\n high 3\n max 41\n oom 2\n oom_kill 1\n"
			       " oom_group_kill 4\n");
	parse("memory.max", " 157286400\n");
	parse("memory.high", " max\n");
	parse("memory.swap.max", " 0\n");
	parse("memory.peak", " 157286400\n");
	parse("memory.current", " 4096\n");
	parse("memory.stat", " anon 10\n file 20\n kernel 30\n shmem 5\n"
			     " file_mapped 99\n anon_thp 98\n");
	ck_assert_str_eq(got.path, "/s/job_1");
	ck_known(got.high, 3);
	ck_known(got.max, 41);
	ck_known(got.oom, 2);
	ck_known(got.oom_kill, 1);
	ck_known(got.oom_group_kill, 4);
	ck_known(got.limit_bytes, 157286400);
	ck_known(got.high_bytes, OOM_UNLIMITED);
	ck_known(got.swap_limit_bytes, 0);
	ck_known(got.peak_bytes, 157286400);
	ck_known(got.usage_bytes, 4096);
	ck_known(got.anon_bytes, 10);
	ck_known(got.file_bytes, 20);
	ck_known(got.kernel_bytes, 30);
	ck_known(got.shmem_bytes, 5);
	ck_unknown(got.failcnt);
}
END_TEST

START_TEST(v1_files)
{
	fresh();
	parse("memory.oom_control",
	      " oom_kill_disable 0\n under_oom 0\n oom_kill 2\n");
	parse("memory.limit_in_bytes", " 9223372036854771712\n");
	parse("memory.usage_in_bytes", " 1\n");
	parse("memory.max_usage_in_bytes", " 2\n");
	parse("memory.memsw.limit_in_bytes", " 3\n");
	parse("memory.failcnt", " 0\n");
	parse("memory.stat",
	      " cache 1\n rss 2\n shmem 3\n total_cache 10\n"
	      " total_rss 20\n total_rss_huge 21\n total_shmem 4\n");
	ck_known(got.oom_kill, 2);
	ck_unknown(got.oom);
	ck_known(got.limit_bytes, OOM_UNLIMITED);
	ck_known(got.usage_bytes, 1);
	ck_known(got.peak_bytes, 2);
	ck_known(got.swap_limit_bytes, 3);
	ck_known(got.failcnt, 0);
	ck_known(got.anon_bytes, 20);
	ck_known(got.file_bytes, 10);
	ck_known(got.shmem_bytes, 4);
}
END_TEST

/* Before 5.18 memory.stat has no sum for the kernel's own memory. */
START_TEST(kernel_memory_of_old_kernels)
{
	fresh();
	parse("memory.stat", " anon 1\n kernel_stack 16384\n slab 4096\n");
	ck_known(got.kernel_bytes, 20480);
	fresh();
	parse("memory.stat", " kernel_stack 16384\n");
	ck_unknown(got.kernel_bytes);
}
END_TEST

START_TEST(garbled_files)
{
	static const char *const amounts[] = {
		"",	      " \n",	 " 12 13\n", " 12kB\n",
		" -1\n",      " maxx\n", " 0x10\n",  " 18446744073709551616\n",
		"\xff\xfe\n",
	};

	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		fresh();
		parse("memory.max", amounts[i]);
		parse("memory.peak", amounts[i]);
		ck_unknown(got.limit_bytes);
		ck_unknown(got.peak_bytes);
		/* What was known stays so. */
		got.limit_bytes = oom_known(7);
		parse("memory.max", amounts[i]);
		ck_known(got.limit_bytes, 7);
	}
	fresh();
	parse("memory.events", " oom_kill\n oom_kill x\n oom_kill 1 2\n"
			       " xoom_kill 1\n oom_killx 1\n oom_kill -1\n"
			       " oom_kill 18446744073709551616\n");
	ck_unknown(got.oom_kill);
	parse("memory.stat", " anon\n anon 1x\n Anon 1\n anonn 1\n");
	ck_unknown(got.anon_bytes);
	parse("memory.unheard_of", " 1\n");
	parse("memory.max.x", " 1\n");
	ck_unknown(got.limit_bytes);
	/* Garbage does not stop what stands behind it. */
	parse("memory.events", " oom_kill x\n \xff\n oom_kill 3\n");
	ck_known(got.oom_kill, 3);
}
END_TEST

/* Absent is not zero, and zero is not absent. */
START_TEST(zero_is_known)
{
	fresh();
	parse("memory.events", " oom 0\n oom_kill 0\n");
	ck_known(got.oom_kill, 0);
	ck_unknown(got.oom_group_kill);
}
END_TEST

/* ---- reading ---- */

static void put_file(int dir_fd, const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
}

static int make_tree(char folder[64])
{
	int fd = make_folder(folder);

	ck_assert_int_eq(mkdirat(fd, "job_1", 0700), 0);
	ck_assert_int_eq(mkdirat(fd, "job_1/step_0", 0700), 0);
	ck_assert_int_eq(oom_cgroup_place("/job_1/step_0/user/task_0", &place),
			 0);
	put_file(fd, "job_1/memory.max", "4096\n");
	put_file(fd, "job_1/memory.events", "oom 1\noom_kill 1\n");
	put_file(fd, "job_1/memory.limit_in_bytes", "8192\n");
	put_file(fd, "job_1/memory.oom_control", "oom_kill 5\n");
	return fd;
}

START_TEST(captures_a_level)
{
	char folder[64], text[1024];
	int fd = make_tree(folder);
	unsigned int open_before = count_descriptors();
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	ck_assert_int_eq(oom_cgroup_capture(&buf, fd, &place, OOM_LEVEL_JOB,
					    OOM_CGROUP_V2),
			 0);
	ck_assert_str_eq(text, "[cgroup job path]\n /job_1\n"
			       "[cgroup job memory.events]\n oom 1\n"
			       " oom_kill 1\n"
			       "[cgroup job memory.max]\n 4096\n");
	oom_buf_init(&buf, text, sizeof(text));
	ck_assert_int_eq(oom_cgroup_capture(&buf, fd, &place, OOM_LEVEL_JOB,
					    OOM_CGROUP_V1),
			 0);
	ck_contains(text, "[cgroup job memory.limit_in_bytes]\n 8192\n");
	ck_lacks(text, "memory.max]");
	ck_assert_uint_eq(count_descriptors(), open_before);
	remove_folder(folder, fd);
}
END_TEST

START_TEST(captures_nothing_of_what_is_gone)
{
	char folder[64], text[1024];
	int fd = make_tree(folder);
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	ck_assert_int_eq(oom_cgroup_capture(&buf, fd, &place, OOM_LEVEL_USER,
					    OOM_CGROUP_V2),
			 -ENOENT);
	ck_assert_int_eq(oom_cgroup_capture(&buf, -1, &place, OOM_LEVEL_JOB,
					    OOM_CGROUP_V2),
			 -EBADF);
	place.len[OOM_LEVEL_TASK] = 0;
	ck_assert_int_eq(oom_cgroup_capture(&buf, fd, &place, OOM_LEVEL_TASK,
					    OOM_CGROUP_V2),
			 -ENOENT);
	/* But the path, which the kernel's report has too. */
	ck_assert_str_eq(text, "[cgroup user path]\n /job_1/step_0/user\n"
			       "[cgroup job path]\n /job_1\n");
	/* A link in the place of a level is not followed. */
	ck_assert_int_eq(symlinkat("/etc", fd, "job_1/step_0/user"), 0);
	ck_assert_int_ne(oom_cgroup_capture(&buf, fd, &place, OOM_LEVEL_USER,
					    OOM_CGROUP_V2),
			 0);
	ck_assert_ptr_null(strstr(text, "memory."));
	remove_folder(folder, fd);
}
END_TEST

START_TEST(reads_a_level_now)
{
	static const char *const files[] = { "memory.oom_control",
					     "memory.stat", NULL };
	char folder[64];
	int fd = make_tree(folder);
	unsigned int open_before = count_descriptors();

	fresh();
	ck_assert_int_eq(oom_level_read(&got, fd, &place, OOM_LEVEL_JOB,
					oom_v2_events),
			 0);
	ck_known(got.oom_kill, 1);
	ck_unknown(got.limit_bytes);
	fresh();
	ck_assert_int_eq(oom_level_read(&got, fd, &place, OOM_LEVEL_JOB, files),
			 0);
	ck_known(got.oom_kill, 5);
	ck_unknown(got.peak_bytes);
	ck_assert_int_eq(oom_level_read(&got, fd, &place, OOM_LEVEL_USER,
					oom_v2_events),
			 -ENOENT);
	ck_assert_uint_eq(count_descriptors(), open_before);
	remove_folder(folder, fd);
}
END_TEST

/* A folder that is no cgroup file system is refused. */
START_TEST(hierarchy_of_another_kind)
{
	struct oom_hierarchy h = { .version = OOM_CGROUP_V2, .mount = "/tmp" };
	unsigned int open_before = count_descriptors();

	ck_assert_int_eq(oom_hierarchy_open(&h), -EINVAL);
	h.version = OOM_CGROUP_V1;
	ck_assert_int_eq(oom_hierarchy_open(&h), -EINVAL);
	strcpy(h.mount, "/nowhere/at/all");
	ck_assert_int_eq(oom_hierarchy_open(&h), -ENOENT);
	ck_assert_uint_eq(count_descriptors(), open_before);
}
END_TEST

/* Whatever this machine has: what was found can be opened. */
START_TEST(hierarchy_of_this_machine)
{
	struct oom_hierarchy h = { .version = OOM_CGROUP_NONE };
	int rc = oom_hierarchy_discover(&h), fd;

	if (rc) {
		ck_assert(rc == -ENOENT || rc == -EIO);
		ck_assert_int_eq(h.version, OOM_CGROUP_NONE);
		return;
	}
	fd = oom_hierarchy_open(&h);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

TESTS("cgroup", membership_v2, membership_v1, membership_garbled,
      membership_too_long, place_v2, place_sluid, place_v1,
      place_of_the_jobs_own_folders, place_elsewhere, v2_files, v1_files,
      kernel_memory_of_old_kernels, garbled_files, zero_is_known,
      captures_a_level, captures_nothing_of_what_is_gone, reads_a_level_now,
      hierarchy_of_another_kind, hierarchy_of_this_machine)
