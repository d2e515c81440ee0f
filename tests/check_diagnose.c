// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/diagnose.h"

#define JOB_PATH  "/s/job_1"
#define STEP_PATH JOB_PATH "/step_0"
#define UID	  1000

static struct oom_findings *f;
static struct oom_diagnosis d;

static void add_row(uint32_t pid, uint32_t uid, const char *name,
		    uint64_t anon_bytes)
{
	struct oom_report *r = &f->log.reports[0];
	struct oom_process row = {
		.pid = pid,
		.uid = uid,
		.rss_bytes = oom_known(anon_bytes + MIB),
		.anon_bytes = oom_known(anon_bytes),
	};

	ck_assert_uint_lt(strlen(name), sizeof(row.name));
	strcpy(row.name, name);
	f->log.rows[f->log.n_rows++] = row;
	r->n_rows++;
}

/* A step that reached the job's limit of 100 MiB; the table is still empty. */
static void killed(void)
{
	free(f);
	f = new_findings();
	f->uid = oom_known(UID);
	f->cgroup_version = OOM_CGROUP_V2;
	f->total_tasks = f->n_local_tasks = oom_known(1);
	for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++) {
		f->levels[i].limit_bytes = oom_known(100 * MIB);
		f->levels[i].peak_bytes = oom_known(98 * MIB);
	}
	strcpy(f->levels[OOM_LEVEL_JOB].path, JOB_PATH);
	strcpy(f->levels[OOM_LEVEL_STEP].path, STEP_PATH);
	strcpy(f->levels[OOM_LEVEL_USER].path, STEP_PATH "/user");
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(100 * MIB);
	f->levels[OOM_LEVEL_JOB].oom = oom_known(1);
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	f->log.n_reports = 1;
	f->log.reports[0] = (struct oom_report){
		.when_us = oom_known(5),
		.constraint = OOM_CONSTRAINT_MEMCG,
		.oom_memcg = JOB_PATH,
		.task_memcg = STEP_PATH "/user/task_0",
		.complete = true,
		.victim = { .pid = 812,
			    .uid = UID,
			    .name = "python3",
			    .rss_bytes = oom_known(96 * MIB),
			    .anon_bytes = oom_known(95 * MIB) },
		.memory = { .limit_bytes = oom_known(100 * MIB),
			    .usage_bytes = oom_known(100 * MIB),
			    .anon_bytes = oom_known(96 * MIB),
			    .shmem_bytes = oom_known(0) },
	};
}

/* The same without a word from the kernel's log. */
static void killed_without_report(void)
{
	killed();
	memset(&f->log, 0, sizeof(f->log));
}

static void diagnose(void)
{
	memset(&d, 0x55, sizeof(d));
	oom_diagnose(f, &d);
}

#define ck_cause(name, sure) \
	do { \
		diagnose(); \
		ck_assert_str_eq(oom_cause_names[d.cause], name); \
		ck_assert_str_eq(oom_confidence_names[d.confidence], sure); \
	} while (0)

#define ck_other_cause(name) \
	do { \
		diagnose(); \
		ck_assert_str_ne(oom_cause_names[d.cause], name); \
	} while (0)

/* ---- none ---- */

START_TEST(none)
{
	killed();
	memset(&f->log, 0, sizeof(f->log));
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(0);
	ck_cause("none", "high");
	ck_known(d.kills, 0);
	f->levels[OOM_LEVEL_STEP].oom_kill.known = false;
	ck_cause("none", "low");
	ck_unknown(d.kills);
	/* A near miss: one kill. */
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	ck_other_cause("none");
}
END_TEST

START_TEST(none_has_numbers)
{
	killed();
	memset(&f->log, 0, sizeof(f->log));
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(0);
	f->levels[OOM_LEVEL_JOB].oom.known = false;
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(30 * MIB);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(20 * MIB);
	f->levels[OOM_LEVEL_USER].peak_bytes = oom_known(20 * MIB);
	diagnose();
	ck_known(d.limit_bytes, 100 * MIB);
	ck_known(d.peak_bytes, 30 * MIB);
}
END_TEST

/* ---- whose limit ---- */

START_TEST(limit_by_report)
{
	killed();
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_JOB);
	ck_known(d.limit_bytes, 100 * MIB);
	ck_known(d.peak_bytes, 100 * MIB);
	ck_known(d.usage_bytes, 100 * MIB);
	ck_assert(!d.node_limit);
	strcpy(f->log.reports[0].oom_memcg, "/outer" STEP_PATH);
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_STEP);
	strcpy(f->log.reports[0].oom_memcg, STEP_PATH "/user");
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_USER);
	/* One that the job made for itself: none of the three. */
	strcpy(f->log.reports[0].oom_memcg, STEP_PATH "/user/mine");
	diagnose();
	ck_assert(!d.node_limit);
}
END_TEST

START_TEST(limit_by_counters)
{
	killed_without_report();
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_JOB);
	/* "oom" counts at the limit and above: the lowest is it. */
	f->levels[OOM_LEVEL_STEP].oom = oom_known(1);
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_STEP);
	f->levels[OOM_LEVEL_STEP].limit_bytes = oom_known(OOM_UNLIMITED);
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_JOB);
}
END_TEST

START_TEST(limit_by_peak)
{
	killed_without_report();
	f->levels[OOM_LEVEL_JOB].oom.known = false;
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(95 * MIB);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(94 * MIB);
	f->levels[OOM_LEVEL_USER].peak_bytes.known = false;
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_JOB);
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(95 * MIB - 4096);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(95 * MIB);
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVEL_STEP);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(95 * MIB - 4096);
	diagnose();
	ck_assert_int_eq(d.limit_level, OOM_LEVELS);
}
END_TEST

START_TEST(limit_out_of_the_report)
{
	killed();
	for (int i = 0; i < OOM_LEVELS; i++)
		f->levels[i].limit_bytes.known = f->levels[i].peak_bytes.known =
			false;
	diagnose();
	ck_known(d.limit_bytes, 100 * MIB);
	ck_known(d.peak_bytes, 100 * MIB);
	/* No limit is not a limit of 2^64. */
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(OOM_UNLIMITED);
	f->log.reports[0].memory.limit_bytes.known = false;
	diagnose();
	ck_unknown(d.limit_bytes);
}
END_TEST

/* ---- node-oom ---- */

START_TEST(node_oom)
{
	killed();
	f->log.reports[0].constraint = OOM_CONSTRAINT_NONE;
	f->log.reports[0].oom_memcg[0] = '\0';
	ck_cause("node-oom", "high");
	ck_assert(d.node_limit);
	f->log.reports[0].constraint = OOM_CONSTRAINT_NUMA;
	ck_cause("node-oom", "medium");
	/* A cgroup above the job: what all jobs together may use. */
	f->log.reports[0].constraint = OOM_CONSTRAINT_MEMCG;
	strcpy(f->log.reports[0].oom_memcg, "/s");
	ck_cause("node-oom", "high");
}
END_TEST

START_TEST(near_node_oom)
{
	killed();
	ck_other_cause("node-oom");
	/* A report without a path was rate-limited. */
	f->log.reports[0].oom_memcg[0] = '\0';
	ck_other_cause("node-oom");
	f->log.reports[0].constraint = OOM_CONSTRAINT_UNKNOWN;
	ck_other_cause("node-oom");
}
END_TEST

START_TEST(node_oom_without_report)
{
	killed_without_report();
	f->levels[OOM_LEVEL_JOB].oom = oom_known(0);
	for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++)
		f->levels[i].peak_bytes = oom_known(95 * MIB - 4096);
	ck_cause("node-oom", "medium");
	ck_assert(d.node_limit);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(95 * MIB);
	ck_other_cause("node-oom");
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(95 * MIB - 4096);
	f->levels[OOM_LEVEL_JOB].oom = oom_known(1);
	ck_other_cause("node-oom");
	/* Below all limits, or no limit known? */
	f->levels[OOM_LEVEL_JOB].oom = oom_known(0);
	for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++)
		f->levels[i].peak_bytes.known = false;
	ck_other_cause("node-oom");
}
END_TEST

/* ---- tmpfs ---- */

static void with_shmem(uint64_t at_kill, uint64_t anon, uint64_t left)
{
	killed();
	f->log.reports[0].memory.shmem_bytes = oom_known(at_kill);
	f->log.reports[0].memory.anon_bytes = oom_known(anon);
	f->levels[OOM_LEVEL_JOB].shmem_bytes = oom_known(left);
	f->levels[OOM_LEVEL_JOB].anon_bytes = oom_known(0);
	add_row(812, UID, "python3", anon);
}

START_TEST(tmpfs)
{
	with_shmem(99 * MIB, MIB, 99 * MIB);
	ck_cause("tmpfs", "high");
	ck_known(d.shmem_bytes, 99 * MIB);
	ck_known(d.shmem_left_bytes, 99 * MIB);
	/* Gone with the processes: memory that they shared. */
	with_shmem(99 * MIB, MIB, 49 * MIB);
	ck_cause("tmpfs", "medium");
	f->levels[OOM_LEVEL_JOB].shmem_bytes.known = false;
	ck_cause("tmpfs", "medium");
}
END_TEST

START_TEST(near_tmpfs)
{
	with_shmem(40 * MIB, 60 * MIB, 40 * MIB);
	ck_cause("tmpfs", "medium");
	with_shmem(40 * MIB - 4096, 60 * MIB, 40 * MIB);
	ck_other_cause("tmpfs");
	/* The largest part, from a quarter on. */
	with_shmem(25 * MIB, 24 * MIB, 25 * MIB);
	ck_cause("tmpfs", "high");
	with_shmem(25 * MIB, 25 * MIB, 25 * MIB);
	ck_other_cause("tmpfs");
	with_shmem(25 * MIB - 4096, 24 * MIB, 25 * MIB);
	ck_other_cause("tmpfs");
	with_shmem(0, 0, 0);
	ck_other_cause("tmpfs");
}
END_TEST

START_TEST(tmpfs_without_report)
{
	with_shmem(0, 0, 90 * MIB);
	memset(&f->log, 0, sizeof(f->log));
	/* What is there at the step's end need not have been at the kill. */
	ck_cause("tmpfs", "low");
	ck_unknown(d.shmem_bytes);
	ck_known(d.shmem_left_bytes, 90 * MIB);
	f->levels[OOM_LEVEL_JOB].shmem_bytes.known = false;
	ck_other_cause("tmpfs");
}
END_TEST

/* ---- ranks ---- */

/* Four ranks; `odd` is the largest. */
static void with_ranks(unsigned int odd, uint64_t large, uint64_t small)
{
	killed();
	f->total_tasks = f->n_local_tasks = oom_known(4);
	f->n_tasks = 4;
	for (unsigned int i = 0; i < 4; i++)
		f->tasks[i] = (struct oom_task){
			.rank = oom_known(i),
			.pid = oom_known(800 + i),
			.peak_bytes = oom_known(i == odd ? large : small),
			.file_bytes = oom_known(0),
		};
}

START_TEST(rank0)
{
	with_ranks(0, 70 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "medium");
	ck_assert_uint_eq(d.rank.rank, 0);
	ck_assert_uint_eq(d.rank.bytes, 70 * MIB);
	ck_assert_uint_eq(d.rank.others_bytes, 10 * MIB);
	ck_assert_uint_eq(d.rank.n_others, 3);
}
END_TEST

START_TEST(other_rank)
{
	with_ranks(2, 70 * MIB, 10 * MIB);
	ck_cause("rank-imbalance", "medium");
	ck_assert_uint_eq(d.rank.rank, 2);
	/* Global ranks: on the second node rank 4 is the first. */
	f->tasks[2].rank = oom_known(6);
	ck_cause("rank-imbalance", "medium");
	ck_assert_uint_eq(d.rank.rank, 6);
}
END_TEST

START_TEST(rank_seen_in_the_table)
{
	with_ranks(0, 70 * MIB, 10 * MIB);
	add_row(800, UID, "ranks", 69 * MIB);
	add_row(801, UID, "ranks", 23 * MIB);
	add_row(802, UID, "ranks", 23 * MIB);
	ck_cause("rank0-bottleneck", "high");
	/* Half of the others at least, and well below. */
	f->log.rows[2].anon_bytes = oom_known(24 * MIB);
	ck_cause("rank0-bottleneck", "medium");
}
END_TEST

/* They gave to it what they had: at the kill they hold less than once. */
START_TEST(rank_that_others_gave_to)
{
	with_ranks(1, 70 * MIB, 30 * MIB);
	ck_other_cause("rank-imbalance");
	add_row(801, UID, "ranks", 69 * MIB);
	for (uint32_t pid = 800; pid < 804; pid++)
		if (pid != 801)
			add_row(pid, UID, "ranks", 20 * MIB);
	ck_cause("rank-imbalance", "high");
	ck_assert_uint_eq(d.rank.others_bytes, 20 * MIB);
	/* Rows of wrappers: they say nothing of the ranks behind. */
	for (unsigned int i = 0; i < 4; i++)
		f->log.rows[i].anon_bytes = oom_known(i ? MIB / 4 : MIB);
	ck_other_cause("rank-imbalance");
}
END_TEST

START_TEST(near_rank)
{
	/* Three times the others' median, and a third of all above it. */
	with_ranks(0, 30 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "medium");
	with_ranks(0, 30 * MIB - 4096, 10 * MIB);
	ck_other_cause("rank0-bottleneck");
	with_ranks(0, 30 * MIB, 10 * MIB);
	f->tasks[3].peak_bytes = oom_known(11 * MIB);
	f->tasks[2].peak_bytes = oom_known(10 * MIB);
	ck_other_cause("rank0-bottleneck");
	/* Three ranks are too few to tell. */
	with_ranks(0, 70 * MIB, 10 * MIB);
	f->n_tasks = 3;
	ck_other_cause("rank0-bottleneck");
	/* One whose memory is not known could be any. */
	with_ranks(0, 70 * MIB, 10 * MIB);
	f->tasks[2].peak_bytes.known = false;
	ck_other_cause("rank0-bottleneck");
	with_ranks(0, 70 * MIB, 10 * MIB);
	f->tasks[2].rank.known = false;
	ck_other_cause("rank0-bottleneck");
}
END_TEST

/* MPI's shared segments are charged to whoever touched them first. */
START_TEST(shared_memory_fakes_a_rank0)
{
	with_ranks(0, 70 * MIB, 10 * MIB);
	f->tasks[0].file_bytes = oom_known(60 * MIB);
	ck_other_cause("rank0-bottleneck");
	/* More left than there ever was: not less than nothing. */
	f->tasks[0].file_bytes = oom_known(80 * MIB);
	ck_other_cause("rank0-bottleneck");
}
END_TEST

START_TEST(all_ranks_that_are_kept)
{
	with_ranks(0, 0, 0);
	f->n_tasks = OOM_TASKS_MAX;
	for (unsigned int i = 0; i < OOM_TASKS_MAX; i++)
		f->tasks[i] = (struct oom_task){
			.rank = oom_known(i),
			.peak_bytes = oom_known(i == 100 ? 500 * MIB : MIB),
		};
	ck_cause("rank-imbalance", "medium");
	ck_assert_uint_eq(d.rank.rank, 100);
	ck_assert_uint_eq(d.rank.n_others, OOM_TASKS_MAX - 1);
}
END_TEST

/* ---- jvm ---- */

static void with_java(const char *argv, uint64_t java_bytes)
{
	killed();
	strcpy(f->argv, argv);
	add_row(812, UID, "java", java_bytes);
	add_row(790, UID, "bash", 100 * MIB - java_bytes);
}

START_TEST(jvm)
{
	with_java("java -Xmx75m -jar a.jar", 84 * MIB);
	ck_cause("jvm", "high");
	ck_known(d.java_heap_bytes, 75 * MIB);
	with_java("java -Xmx74m -jar a.jar", 84 * MIB);
	ck_cause("jvm", "medium");
	with_java("", 84 * MIB);
	ck_cause("jvm", "medium");
	ck_unknown(d.java_heap_bytes);
	/* java's own command line may say something else. */
	strcpy(f->java_options, "-Dx=y -Xmx1g");
	ck_cause("jvm", "medium");
	ck_known(d.java_heap_bytes, GIB);
	/* Hardly anything else is there. */
	with_java("", 85 * MIB);
	ck_cause("jvm", "high");
	with_java("", 84 * MIB);
	/* The command line stands above JAVA_TOOL_OPTIONS. */
	strcpy(f->argv, "java -Xmx80m");
	diagnose();
	ck_known(d.java_heap_bytes, 80 * MIB);
}
END_TEST

/* What the recorder read of java's own command line has the last word. */
START_TEST(jvm_seen_running)
{
	with_java("sh -c java", 84 * MIB);
	strcpy(f->java_options, "-Xmx1g");
	f->history.record.java_pid = 812;
	f->history.record.java_heap_kib = 75 << 10;
	ck_cause("jvm", "high");
	ck_known(d.java_heap_bytes, 75 * MIB);
	ck_assert_int_eq(d.java_source, OOM_JAVA_COMMAND);
	/* By its environment, where its command line says nothing. */
	f->history.record.java_source = OOM_JAVA_ENVIRONMENT;
	diagnose();
	ck_known(d.java_heap_bytes, 75 * MIB);
	ck_assert_int_eq(d.java_source, OOM_JAVA_ENVIRONMENT);
	f->history.record.java_source = OOM_JAVA_COMMAND;
	/* Another java's says nothing of this one. */
	f->history.record.java_pid = 813;
	diagnose();
	ck_known(d.java_heap_bytes, GIB);
	ck_assert_int_eq(d.java_source, OOM_JAVA_ENVIRONMENT);
}
END_TEST

/* More than its heap may have, and more than any JVM needs. */
START_TEST(jvm_beside_its_heap)
{
	with_java("java -Xmx26m", 90 * MIB);
	ck_cause("jvm", "high");
	ck_known(d.java_beside_bytes, 64 * MIB);
	with_java("java -Xmx26m", 90 * MIB - 1);
	diagnose();
	ck_unknown(d.java_beside_bytes);
	with_java("java -Xmx80m", 90 * MIB);
	diagnose();
	ck_unknown(d.java_beside_bytes);
	with_java("java -Xmx800m", 90 * MIB);
	diagnose();
	ck_unknown(d.java_beside_bytes);
	with_java("java", 90 * MIB);
	diagnose();
	ck_unknown(d.java_beside_bytes);
}
END_TEST

START_TEST(near_jvm)
{
	with_java("", 60 * MIB);
	ck_cause("jvm", "medium");
	with_java("", 60 * MIB - 4096);
	ck_other_cause("jvm");
	/* java is there, but another is the largest. */
	with_java("", 90 * MIB);
	strcpy(f->log.rows[0].name, "javac");
	ck_other_cause("jvm");
	strcpy(f->log.rows[0].name, "Java");
	ck_other_cause("jvm");
}
END_TEST

START_TEST(java_heaps)
{
	static const struct {
		const char *options;
		uint64_t bytes;
	} heaps[] = {
		{ "-Xmx1024", 1024 },	    { "-Xmx1k", 1024 },
		{ "-Xmx2M", 2 * MIB },	    { "-Xmx2G", 2 * GIB },
		{ "-Xmx1t", 1024 * GIB },   { "-Xmx1g -Xmx2g", 2 * GIB },
		{ "a -Xms5g -Xmx1g", GIB },
	};
	static const char *const garbled[] = {
		"-Xmx",
		"-Xmxg",
		"-Xmx1gg",
		"-Xmx-1g",
		"-Xmx1.5g",
		"-xmx1g",
		"x-Xmx1g",
		"-Xmx1p",
		"-Xmx 1g",
		"-Xmx99999999999999999999",
		"-Xmx18446744073709551615t",
	};

	for (size_t i = 0; i < sizeof(heaps) / sizeof(heaps[0]); i++) {
		with_java(heaps[i].options, 90 * MIB);
		diagnose();
		ck_known(d.java_heap_bytes, heaps[i].bytes);
	}
	for (size_t i = 0; i < sizeof(garbled) / sizeof(garbled[0]); i++) {
		with_java(garbled[i], 90 * MIB);
		diagnose();
		ck_assert_msg(!d.java_heap_bytes.known, "%s", garbled[i]);
	}
}
END_TEST

/* ---- worker-copies ---- */

/* n workers of each_bytes, and a parent with the rest of 100 MiB. */
static void with_workers(unsigned int n, uint64_t each_bytes)
{
	killed();
	f->n_tasks = 1;
	f->tasks[0].pid = oom_known(700);
	add_row(700, UID, "bash", 100 * MIB - n * each_bytes);
	for (unsigned int i = 0; i < n; i++)
		add_row(800 + i, UID, "python3", each_bytes);
}

START_TEST(workers)
{
	with_workers(4, 24 * MIB);
	ck_cause("worker-copies", "medium");
	ck_assert_str_eq(d.group.name, "python3");
	ck_assert_uint_eq(d.group.count, 4);
	ck_assert_uint_eq(d.group.each_bytes, 24 * MIB);
	ck_assert_uint_eq(d.group.largest_bytes, 24 * MIB);
	ck_assert_uint_eq(d.group.total_bytes, 96 * MIB);
	ck_assert_uint_eq(d.group.share_percent, 96);
}
END_TEST

START_TEST(near_workers)
{
	with_workers(3, 30 * MIB);
	ck_cause("worker-copies", "medium");
	with_workers(2, 45 * MIB);
	ck_other_cause("worker-copies");
	/* 60 percent of what the processes hold. */
	with_workers(4, 15 * MIB);
	strcpy(f->log.rows[0].name, "other");
	f->log.rows[0].anon_bytes = oom_known(14 * MIB);
	add_row(701, UID, "other", 14 * MIB);
	add_row(702, UID, "other", 12 * MIB);
	ck_cause("worker-copies", "medium");
	f->log.rows[6].anon_bytes = oom_known(12 * MIB + 8192);
	ck_other_cause("worker-copies");
}
END_TEST

/* Alike: the coefficient of variation, 35 percent at most. */
START_TEST(unlike_workers)
{
	with_workers(4, 20 * MIB);
	f->log.rows[0].anon_bytes = oom_known(MIB);
	f->log.rows[1].anon_bytes = oom_known(27 * MIB - 4096);
	f->log.rows[2].anon_bytes = oom_known(27 * MIB - 4096);
	f->log.rows[3].anon_bytes = oom_known(13 * MIB + 4096);
	f->log.rows[4].anon_bytes = oom_known(13 * MIB + 4096);
	ck_cause("worker-copies", "medium");
	f->log.rows[1].anon_bytes = oom_known(27 * MIB + MIB);
	f->log.rows[2].anon_bytes = oom_known(27 * MIB + MIB);
	f->log.rows[3].anon_bytes = oom_known(13 * MIB - MIB);
	f->log.rows[4].anon_bytes = oom_known(13 * MIB - MIB);
	ck_other_cause("worker-copies");
}
END_TEST

START_TEST(small_namesakes_are_not_copies)
{
	with_workers(3, 30 * MIB);
	f->log.rows[0].anon_bytes = oom_known(MIB);
	add_row(900, UID, "python3", 10 * MIB - 4096);
	ck_cause("worker-copies", "medium");
	ck_assert_uint_eq(d.group.count, 3);
	f->log.rows[4].anon_bytes = oom_known(11 * MIB);
	diagnose();
	ck_assert_uint_ne(d.group.count, 3);
}
END_TEST

START_TEST(ranks_are_not_workers)
{
	/* Tasks of the step. */
	with_workers(4, 24 * MIB);
	f->n_tasks = 5;
	for (unsigned int i = 0; i < 4; i++)
		f->tasks[1 + i].pid = oom_known(800 + i);
	ck_other_cause("worker-copies");
	/* One for each task, behind a wrapper script. */
	with_workers(4, 24 * MIB);
	f->n_local_tasks = oom_known(4);
	ck_other_cause("worker-copies");
	f->n_local_tasks = oom_known(3);
	ck_cause("worker-copies", "medium");
	/* Children of mpirun. */
	with_workers(4, 24 * MIB);
	add_row(700, UID, "mpirun", 4096);
	ck_other_cause("worker-copies");
}
END_TEST

/* Spread over several steps: this one's peak does not hold the group. */
START_TEST(workers_of_other_steps)
{
	with_workers(4, 20 * MIB);
	f->log.rows[0].anon_bytes = oom_known(10 * MIB);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(56 * MIB);
	ck_cause("worker-copies", "medium");
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(56 * MIB - 4096);
	ck_other_cause("worker-copies");
}
END_TEST

START_TEST(other_users_do_not_count)
{
	with_workers(2, 45 * MIB);
	add_row(900, UID + 1, "python3", 45 * MIB);
	add_row(901, UID + 1, "python3", 45 * MIB);
	ck_other_cause("worker-copies");
	for (unsigned int i = 0; i < d.n_top; i++)
		ck_assert_uint_eq(d.top[i]->uid, UID);
	/* Whose is not known: nobody's is shown. */
	f->uid.known = false;
	diagnose();
	for (unsigned int i = 0; i < d.n_top; i++)
		ck_assert_uint_eq(d.top[i]->pid, 812);
}
END_TEST

/* Sizes below a page: nothing in here may divide by zero. */
START_TEST(tiny_workers)
{
	with_workers(4, 24 * MIB);
	f->levels[OOM_LEVEL_STEP].peak_bytes.known = false;
	for (unsigned int i = 0; i < 5; i++)
		f->log.rows[i].anon_bytes = oom_known(i ? 100 : 1);
	diagnose();
	ck_assert_uint_le(d.group.share_percent, 100);
	for (unsigned int i = 0; i < 5; i++)
		f->log.rows[i].anon_bytes = oom_known(0);
	ck_other_cause("worker-copies");
}
END_TEST

START_TEST(enormous_sizes)
{
	with_workers(4, 24 * MIB);
	for (unsigned int i = 0; i < 5; i++)
		f->log.rows[i].anon_bytes = oom_known(UINT64_MAX);
	f->log.reports[0].memory.shmem_bytes = oom_known(UINT64_MAX);
	f->log.reports[0].memory.anon_bytes = oom_known(UINT64_MAX);
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(UINT64_MAX);
	diagnose();
	ck_assert_int_ne(d.cause, OOM_CAUSE_NONE);
	ck_assert_int_lt(d.cause, OOM_CAUSES);
	/* Sums that go round: 5 * 2^62 is 2^62, and 4 * 2^62 is nothing. */
	f->log.reports[0].memory.shmem_bytes = oom_known(0);
	f->levels[OOM_LEVEL_STEP].peak_bytes.known = false;
	for (unsigned int i = 0; i < 5; i++)
		f->log.rows[i].anon_bytes =
			oom_known(i ? UINT64_C(1) << 62 : 512);
	diagnose();
	ck_assert_int_lt(d.cause, OOM_CAUSES);
}
END_TEST

/* ---- the rest ---- */

START_TEST(under_allocation)
{
	killed();
	add_row(812, UID, "python3", 60 * MIB);
	add_row(790, UID, "perl", 40 * MIB);
	ck_cause("under-allocation", "low");
	ck_assert(!d.several);
	/* Two that did not fit together. */
	f->log.rows[0].anon_bytes = oom_known(60 * MIB - 4096);
	f->log.rows[1].anon_bytes = oom_known(40 * MIB + 4096);
	ck_cause("under-allocation", "low");
	ck_assert(d.several);
	/* Many small ones are no story that we know. */
	for (unsigned int i = 0; i < 6; i++) {
		if (i > 1)
			add_row(800 + i, UID, "perl", 0);
		f->log.rows[i].anon_bytes = oom_known(16 * MIB);
		f->log.rows[i].name[0] = (char)('a' + i);
	}
	ck_cause("undetermined", "low");
}
END_TEST

/* Without a table the victim's own numbers speak. */
START_TEST(under_allocation_without_table)
{
	killed();
	ck_cause("under-allocation", "low");
	ck_assert_uint_eq(d.n_top, 1);
	f->log.reports[0].victim.rss_bytes = oom_known(10 * MIB);
	f->log.reports[0].victim.anon_bytes = oom_known(10 * MIB);
	ck_cause("undetermined", "low");
}
END_TEST

START_TEST(undetermined)
{
	killed_without_report();
	ck_cause("undetermined", "low");
	ck_assert_ptr_null(d.report);
	ck_assert_uint_eq(d.n_top, 0);
	/* All that is known is that there was a kill. */
	free(f);
	f = new_findings();
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	ck_cause("undetermined", "low");
	ck_unknown(d.limit_bytes);
}
END_TEST

START_TEST(largest_first)
{
	killed();
	add_row(1, UID, "a", 10 * MIB);
	add_row(2, UID, "b", 30 * MIB);
	add_row(3, UID, "c", 5 * MIB);
	add_row(4, UID, "d", 20 * MIB);
	add_row(5, UID, "e", 15 * MIB);
	add_row(6, UID, "f", 30 * MIB);
	diagnose();
	ck_assert_uint_eq(d.n_top, OOM_TOP);
	ck_assert_uint_eq(d.top[0]->pid, 2);
	ck_assert_uint_eq(d.top[1]->pid, 6);
	ck_assert_uint_eq(d.top[2]->pid, 4);
	ck_assert_uint_eq(d.top[3]->pid, 5);
}
END_TEST

/* The first report explains the first kill; later ones are other kills. */
START_TEST(first_report)
{
	killed();
	f->log.reports[1] = f->log.reports[0];
	f->log.reports[1].victim.pid = 900;
	f->log.n_reports = 2;
	diagnose();
	ck_assert_ptr_eq(d.report, &f->log.reports[0]);
	ck_known(d.kills, 2);
}
END_TEST

/* ---- by how one process grew ---- */

#define LIMIT_KIB (100 * 1024)
#define LOOKS	  21
#define LOOK_MS	  100
#define STEP_KIB  4800

static struct oom_track *add_track(uint32_t pid, uint32_t ppid,
				   const char *name)
{
	struct oom_track *t = &f->history.record.tracks[f->history.n_tracks++];

	t->pid = pid;
	t->ppid = ppid;
	t->threads = 1;
	strcpy(t->name, name);
	return t;
}

/* From..to in a straight line, busy all the time, with nothing left over. */
static void add_looks(struct oom_track *t, uint32_t from_kib, uint32_t to_kib)
{
	for (uint32_t i = 0; i < LOOKS; i++)
		t->points[i] = (struct oom_track_point){
			.at_ms = i * LOOK_MS,
			.anon_kib = from_kib +
				    (uint32_t)((int64_t)i *
					       ((int64_t)to_kib - from_kib) /
					       (LOOKS - 1)),
			.system_ms = i * LOOK_MS,
		};
	for (uint32_t i = 0; i < LOOKS; i++)
		t->points[i].data_kib = t->points[i].anon_kib + 300;
	t->n = LOOKS;
}

/* One process, and the step's usage along with it. */
static struct oom_track *growing(void)
{
	struct oom_track *t;

	killed();
	f->history.record.started = 1;
	f->history.record.moments[0].at_ms = (LOOKS - 1) * LOOK_MS + 1;
	f->history.record.moments[0].kills = 1;
	f->history.record.n_moments = 1;
	t = add_track(812, 700, "python3");
	add_looks(t, 1000, 1000 + (LOOKS - 1) * STEP_KIB);
	add_row(812, UID, "python3", (1000 + (LOOKS - 1) * STEP_KIB) * 1024);
	f->log.rows[0].pid = 812;
	return t;
}

static struct oom_track_point *last(struct oom_track *t)
{
	return &t->points[t->n - 1];
}

/* So much for each look since the first. */
static void spend(struct oom_track *t, uint32_t user_ms, uint32_t system_ms,
		  uint32_t sleeps)
{
	for (uint32_t i = 0; i < t->n; i++) {
		t->points[i].user_ms = i * user_ms;
		t->points[i].system_ms = i * system_ms;
		t->points[i].sleeps = i * sleeps;
	}
}

/* Asks for so much at this look, and does not touch it. */
static void ask(struct oom_track *t, uint32_t look, uint32_t kib)
{
	for (uint32_t i = look; i < t->n; i++)
		t->points[i].data_kib += kib;
}

START_TEST(grew_without_more)
{
	(void)growing();
	ck_cause("under-allocation", "low");
	ck_assert_ptr_nonnull(d.grower);
	ck_assert_uint_eq(d.grower->pid, 812);
	ck_assert_uint_eq(d.grower_percent, 100);
	ck_assert(d.shape_known);
	ck_assert(!d.several);
	ck_assert(!d.slows);
	ck_assert(!d.planned_requests);
	ck_assert(!d.planned_stages);
}
END_TEST

/* The grower did most of it: 60 percent. */
START_TEST(most_of_the_growth)
{
	for (int less = 0; less < 2; less++) {
		(void)growing();
		for (uint32_t i = 0; i < 5; i++) {
			char name[] = "a";

			name[0] = (char)('a' + i);
			add_looks(add_track(900 + i, 700, name), 0,
				  less ? 14000 : 12000);
			add_row(900 + i, UID, name,
				(less ? 14000 : 12000) * 1024);
		}
		diagnose();
		ck_assert_int_eq(d.cause, less ? OOM_CAUSE_UNDETERMINED
					       : OOM_CAUSE_UNDER_ALLOCATION);
		ck_assert_uint_eq(d.grower_percent, less ? 57 : 61);
	}
}
END_TEST

/* Two programs: the second has a fifth, the first less than 70 percent. */
START_TEST(several_programs)
{
	(void)growing();
	add_looks(add_track(900, 700, "perl"), 0, 45000);
	add_row(900, UID, "perl", 45000 * 1024);
	ck_cause("under-allocation", "medium");
	ck_assert(d.several);
	ck_assert_uint_eq(d.grower_percent, 68);
	/* The first did 70 percent: it is its story. */
	(void)growing();
	add_looks(add_track(900, 700, "perl"), 0, 41000);
	add_row(900, UID, "perl", 41000 * 1024);
	diagnose();
	ck_assert_uint_eq(d.grower_percent, 70);
	ck_assert(!d.several);
	/* It has grown, and holds little. */
	(void)growing();
	add_looks(add_track(900, 700, "perl"), 0, 45000);
	add_row(900, UID, "perl", 45000 * 1024);
	add_row(901, UID, "model", 90000 * UINT64_C(1024));
	add_looks(add_track(901, 700, "model"), 90000, 90000);
	add_row(902, UID, "other", 90000 * UINT64_C(1024));
	add_looks(add_track(902, 700, "other"), 90000, 90000);
	ck_assert_uint_eq(f->log.rows[1].pid, 900);
	diagnose();
	ck_assert(d.several);
	/* Under a launcher they are ranks. */
	(void)growing();
	add_looks(add_track(900, 700, "perl"), 0, 45000);
	add_row(900, UID, "perl", 45000 * 1024);
	add_row(700, UID, "mpiexec", MIB);
	diagnose();
	ck_assert(!d.several);
}
END_TEST

/* Asked for and not touched: an eighth of the limit is a need that shows. */
START_TEST(asked_for)
{
	struct oom_track *t = growing();

	ask(t, LOOKS - 2, LIMIT_KIB / 8);
	ck_cause("under-allocation", "high");
	ck_assert_uint_eq(d.shape.untouched_kib, LIMIT_KIB / 8);
	/* Less is a plan, or not even that. */
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 8 - 1);
	ck_cause("under-allocation", "medium");
	ck_assert(d.planned_requests);
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 12 + 1);
	ck_cause("under-allocation", "medium");
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 12 - 1);
	ck_cause("under-allocation", "low");
	ask(t, LOOKS - 2, 8);
	ck_cause("under-allocation", "medium");
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 20);
	ck_cause("under-allocation", "low");
	ck_assert(d.planned_requests);
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 20 - 1);
	ck_cause("under-allocation", "low");
	ck_assert(!d.planned_requests);
}
END_TEST

START_TEST(sudden)
{
	struct oom_track *t = growing();

	ask(t, LOOKS - 2, LIMIT_KIB * 2);
	ck_cause("sudden-allocation", "high");
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB * 2 - 1024);
	ck_cause("sudden-allocation", "high");
	/* Late in its life: half as much again is as far over the limit. */
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 2);
	ck_cause("sudden-allocation", "medium");
	t = growing();
	ask(t, LOOKS - 2, LIMIT_KIB / 2 - 1);
	ck_cause("under-allocation", "high");
}
END_TEST

/* Half of the limit late in its life: filled at once, or worked through. */
START_TEST(late_request)
{
	for (int slow = 0; slow < 2; slow++) {
		struct oom_track *t = growing();

		/* It rested for longer than it grew then. */
		for (uint32_t i = 1; i < t->n; i++)
			t->points[i].at_ms += 3 * LOOKS * LOOK_MS;
		f->history.record.moments[0].at_ms += 3 * LOOKS * LOOK_MS;
		for (uint32_t i = 1; i < t->n; i++)
			t->points[i].data_kib =
				last(t)->anon_kib + 300 + LIMIT_KIB / 5;
		spend(t, 57, 40, 0);
		/* Three times what its pages take here, or a bit less. */
		f->history.record.page_ns = slow ? 15000 : 17000;
		ck_cause(slow ? "under-allocation" : "sudden-allocation",
			 "medium");
	}
}
END_TEST

/* A table that doubles when it is full: the last request is far over the limit. */
START_TEST(doubled_table)
{
	struct oom_track *t = growing();

	ask(t, 6, LIMIT_KIB / 2);
	ask(t, 12, LIMIT_KIB);
	for (uint32_t i = 7; i < t->n; i++)
		t->points[i].data_kib -= LIMIT_KIB / 2;
	for (uint32_t i = 13; i < t->n; i++)
		t->points[i].data_kib -= LIMIT_KIB;
	ask(t, LOOKS - 2, LIMIT_KIB * 2);
	for (uint32_t i = 0; i < t->n; i++)
		t->points[i].data_kib -= i * STEP_KIB;
	ck_cause("under-allocation", "medium");
	ck_assert(d.shape.doubles);
	/* The one before was not half of it. */
	t->points[12].data_kib += LIMIT_KIB / 20;
	ck_cause("sudden-allocation", "high");
	ck_assert(!d.shape.doubles);
}
END_TEST

/* A join of two tables, by the line that grew: its result is not known before. */
START_TEST(joins)
{
	static const struct {
		const char *via, *cause;
	} cases[] = {
		{ "in pandas DataFrame.merge", "sudden-allocation" },
		{ "in pandas DataFrame.join", "sudden-allocation" },
		{ "in pandas DataFrame.mean", "under-allocation" },
		{ "in mypandas merge", "under-allocation" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct oom_track *t = growing();
		struct oom_place *place = &f->history.record.places[0];

		*place = (struct oom_place){ .pid = 812,
					     .kind = OOM_PLACE_PYTHON,
					     .kib = 61 * 1024,
					     .looks = 20 };
		(void)snprintf(place->text, sizeof(place->text),
			       "pairs\tp.py\t3\t%s", cases[i].via);
		place[1] = *place;
		place[1].kib = 39 * 1024;
		strcpy(place[1].text, "main\tp.py\t9\t");
		f->history.n_places = 2;
		for (uint32_t j = 12; j < 18; j++)
			t->points[j].data_kib += LIMIT_KIB / 10;
		diagnose();
		ck_assert_str_eq(oom_cause_names[d.cause], cases[i].cause);
		/* Less than 60 percent of it; or in small pieces. */
		place[0].kib = 59 * 1024;
		place[1].kib = 41 * 1024;
		ck_other_cause("sudden-allocation");
		place[0].kib = 61 * 1024;
		for (uint32_t j = 12; j < 18; j++)
			t->points[j].data_kib -= LIMIT_KIB / 10;
		ck_other_cause("sudden-allocation");
		f->history.n_places = 0;
	}
}
END_TEST

/* At first, and filled by and by: far more than the limit, or it is a need. */
START_TEST(asked_for_at_first)
{
	static const struct {
		uint32_t untouched_kib;
		const char *cause, *sure;
	} cases[] = {
		{ LIMIT_KIB * 2, "sudden-allocation", "high" },
		{ LIMIT_KIB * 2 - 1, "sudden-allocation", "medium" },
		{ LIMIT_KIB / 4 * 3, "sudden-allocation", "medium" },
		{ LIMIT_KIB / 4 * 3 - 1, "under-allocation", "high" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct oom_track *t = growing();
		uint32_t all = last(t)->anon_kib + 300 + cases[i].untouched_kib;

		/* All of it at the second look: from there on it fills. */
		for (uint32_t k = 1; k < t->n; k++)
			t->points[k].data_kib = all;
		ck_cause(cases[i].cause, cases[i].sure);
		ck_assert_uint_eq(d.shape.untouched_kib,
				  cases[i].untouched_kib);
		ck_assert_uint_eq(d.shape.request_ms, LOOK_MS);
	}
}
END_TEST

/* ---- a file ---- */

static struct oom_record_file *add_file(uint32_t pid, uint64_t position,
					uint64_t size)
{
	struct oom_history *h = &f->history;
	struct oom_record_file *file = &h->record.files[h->n_files];

	*file = (struct oom_record_file){ .pid = pid,
					  .position = position,
					  .last_ms = LOOKS * LOOK_MS,
					  .moves = 10,
					  .path = "/data/big.csv" };
	h->facts[h->n_files++].size_bytes = oom_known(size);
	return file;
}

/* So much for each look, in these looks. */
static void reads(struct oom_track *t, uint32_t from, uint32_t to, uint32_t kib)
{
	for (uint32_t i = from; i < t->n; i++)
		t->points[i].read_kib +=
			kib * ((i < to ? i : to - 1) - from + 1);
}

/* What it touches of a file that it has mapped; and near the limit loses. */
START_TEST(load_by_mapping)
{
	struct oom_track *t = growing();

	for (uint32_t i = 0; i < LOOKS; i++)
		t->points[i].shared_kib = 1500 + (i < 20 ? i : 0) * 900;
	ck_cause("whole-file-load", "medium");
	ck_assert(d.mapped);
	ck_assert_uint_eq(d.shape.mapped_kib, 17 * 900);
	/* Libraries, at first. */
	t = growing();
	for (uint32_t i = 0; i < LOOKS; i++)
		t->points[i].shared_kib = 1500 + (i < 8 ? i : 8) * 900;
	ck_other_cause("whole-file-load");
	ck_assert(!d.mapped);
	/* Too little for all that grew. */
	for (uint32_t i = 0; i < LOOKS; i++)
		t->points[i].shared_kib = 1500 + i * 100;
	ck_other_cause("whole-file-load");
	/* A rank's shared segments. */
	for (uint32_t i = 0; i < LOOKS; i++)
		t->points[i].shared_kib = 1500 + i * 900;
	t->ppid = 700;
	add_row(700, UID, "mpiexec", MIB);
	ck_other_cause("whole-file-load");
}
END_TEST

/* The same part of a file, in every round of a loop. */
START_TEST(read_again_and_again)
{
	struct oom_record_file *file;
	struct oom_track *t = growing();

	spend(t, 0, 10, 2);
	reads(t, 1, LOOKS, 2000);
	add_file(812, 24576, 90 * MIB);
	file = &f->history.record.files[0];
	file->first_position = file->position;
	file->first_ms = LOOK_MS;
	file->last_ms = (LOOKS - 2) * LOOK_MS;
	file->moves = 5;
	ck_cause("leak", "high");
	/* It gets on. */
	file->position = 4 * MIB;
	ck_cause("whole-file-load", "high");
	file->position = 24576;
	/* It was there for a moment only. */
	file->first_ms = (LOOKS - 4) * LOOK_MS;
	ck_cause("whole-file-load", "medium");
}
END_TEST

/* A jump far beyond all that was read is no part of a file. */
START_TEST(jump_after_a_file)
{
	struct oom_track *t = growing();

	reads(t, 1, LOOKS - 5, 2000);
	add_file(812, 28 * MIB, 90 * MIB);
	ck_cause("whole-file-load", "medium");
	ask(t, LOOKS - 2, LIMIT_KIB * 2);
	ck_cause("sudden-allocation", "high");
	/* Its buffer, as long as it goes on reading. */
	t = growing();
	reads(t, 1, LOOKS, 2000);
	add_file(812, 40 * MIB, 90 * MIB);
	ask(t, LOOKS - 2, LIMIT_KIB * 2);
	ck_cause("whole-file-load", "high");
	/* Some of it comes after the reads: if it had the buffer before. */
	t = growing();
	reads(t, 1, LOOKS - 5, 2000);
	add_file(812, 28 * MIB, 90 * MIB);
	ask(t, LOOKS - 2, LIMIT_KIB * 2);
	ck_cause("sudden-allocation", "high");
	for (uint32_t i = 0; i < LOOKS - 2; i++)
		t->points[i].data_kib += LIMIT_KIB * 2;
	ck_cause("whole-file-load", "medium");
}
END_TEST

/* One look at the file, at a small part of all that was read. */
START_TEST(file_seen_once)
{
	struct oom_track *t = growing();
	struct oom_record_file *file;

	reads(t, 1, LOOKS, 2000);
	file = add_file(812, 20 * MIB, 90 * MIB);
	file->first_position = file->position;
	file->moves = 0;
	ck_cause("whole-file-load", "high");
	file->position = file->first_position = 15 * MIB;
	ck_cause("whole-file-load", "medium");
	/* It has moved; but what it reads is not there. */
	file->first_position = 24576;
	file->position = 32768;
	file->moves = 1;
	ck_cause("whole-file-load", "medium");
	file->position = 15 * MIB;
	ck_cause("whole-file-load", "high");
}
END_TEST

/* Lumps: what came after the last look may have come with the next read. */
START_TEST(load_in_lumps)
{
	struct oom_track *t = growing();

	/* Two reads that return, and a third that does not. */
	reads(t, 4, 5, 8000);
	reads(t, 9, 10, 8000);
	add_file(812, 16 * MIB, 90 * MIB);
	ck_other_cause("whole-file-load");
	t->n -= 10;
	ck_cause("whole-file-load", "medium");
}
END_TEST

/* A ninth of the limit each time, and many rounds of a loop between two. */
START_TEST(kept_every_few_rounds)
{
	struct oom_track *t = growing();

	spend(t, 5, 15, 20);
	ask(t, LOOKS - 2, LIMIT_KIB / 9);
	ck_cause("leak", "medium");
	ck_assert(!d.planned_requests);
	/* One after the other, with few rounds between. */
	spend(t, 5, 15, 1);
	ck_cause("under-allocation", "medium");
	ck_assert(d.planned_requests);
	/* Large ones are planned, whatever comes between. */
	spend(t, 5, 15, 20);
	ask(t, LOOKS - 2, LIMIT_KIB / 36);
	ck_cause("under-allocation", "high");
}
END_TEST

START_TEST(load_by_progress)
{
	struct oom_track *t = growing();

	reads(t, 1, LOOKS, 2000);
	add_file(812, 40 * MIB, 90 * MIB);
	ck_cause("whole-file-load", "high");
	ck_assert_int_eq(d.file, 0);
	/* Pipes and files that were closed in time: the same story, but nobody
	 * knows whether it was always the same part that was read. */
	f->history.n_files = 0;
	ck_cause("whole-file-load", "medium");
	ck_assert_int_eq(d.file, -1);
	f->history.n_files = 1;
	/* More than half of the growth between two looks. */
	for (uint32_t i = 0; i < t->n; i++) {
		t->points[i].anon_kib = 1000 + i * (i < 11 ? 2000 : 4800);
		t->points[i].data_kib = t->points[i].anon_kib + 300;
	}
	ck_cause("whole-file-load", "high");
	for (uint32_t i = 0; i < t->n; i++) {
		t->points[i].anon_kib = 1000 + i * (i < 19 ? 2200 : 4800);
		t->points[i].data_kib = t->points[i].anon_kib + 300;
	}
	ck_cause("whole-file-load", "medium");
	/* Nobody read: the file of another process is none of it. */
	t = growing();
	add_file(813, 40 * MIB, 90 * MIB);
	ck_cause("under-allocation", "low");
	(void)t;
}
END_TEST

static struct oom_record_file *add_reader(uint32_t pid)
{
	return add_file(pid, 40 * MIB, 90 * MIB);
}

static void near(const char *name, const uint32_t kib[2], bool load,
		 uint32_t reader)
{
	for (int i = 0; i < 2; i++) {
		reads(growing(), 1, LOOKS, kib[i]);
		if (reader)
			(void)add_reader(reader);
		diagnose();
		ck_assert_msg((d.cause == OOM_CAUSE_WHOLE_FILE_LOAD) == load,
			      "%s, %u KiB for each look: %s", name, kib[i],
			      oom_cause_names[d.cause]);
	}
}

/*
 * One byte read for 12 of growth, for 40 when another process reads a file; and
 * one of growth for three read.
 */
START_TEST(near_load)
{
	static const uint32_t alone[] = { STEP_KIB / 12, STEP_KIB * 3 },
			      not_alone[] = { STEP_KIB / 12 - 1,
					      STEP_KIB * 3 + 1 },
			      fed[] = { STEP_KIB / 30, STEP_KIB * 3 },
			      /* The first is below a part in 32, too. */
		not_fed[] = { STEP_KIB / 40 - 1, STEP_KIB * 3 + 1 };

	near("alone", alone, true, 0);
	near("alone", not_alone, false, 0);
	near("fed", fed, true, 813);
	near("fed", not_fed, false, 813);
}
END_TEST

/* Through a pipe from who reads no file: that is a stream, and no file. */
START_TEST(near_load_of_a_pipe)
{
	struct oom_record_file *pipe;

	reads(growing(), 1, LOOKS, STEP_KIB);
	pipe = add_file(812, 0, 0);
	strcpy(pipe->path, "pipe:[4711]");
	ck_other_cause("whole-file-load");
	(void)add_reader(813);
	ck_cause("whole-file-load", "medium");
	f->history.record.files[1].moves = 0;
	ck_other_cause("whole-file-load");
	/* A shell that goes on in its script reads one, too. */
	f->history.record.files[1].moves = 5;
	f->history.record.files[1].position = 4096;
	ck_other_cause("whole-file-load");
	/* Launchers give their ranks a pipe. */
	f->history.n_files = 1;
	f->history.record.tracks[0].ppid = 700;
	strcpy(add_track(700, 1, "hydra_pmi_proxy")->name, "hydra_pmi_proxy");
	add_row(700, UID, "hydra_pmi_proxy", 1024);
	f->log.rows[1].pid = 700;
	ck_cause("whole-file-load", "medium");
}
END_TEST

/* Files that are mapped, one after another: no read(2) counts them. */
START_TEST(one_file_after_another)
{
	struct oom_track *t = growing();

	for (uint32_t i = 0; i < 5; i++) {
		struct oom_record_file *file = add_file(812, MIB, MIB);

		file->moves = 0;
		file->first_ms = file->last_ms = LOOK_MS * (i + 4) * 2;
		(void)snprintf(file->path, sizeof(file->path), "/d/part%u", i);
	}
	ck_cause("whole-file-load", "medium");
	ck_assert_uint_eq(d.opened, 5);
	ck_assert_int_eq(d.file, 4);
	/* All at one look are opened together, not one after another. */
	for (uint32_t i = 0; i < 4; i++)
		f->history.record.files[i].first_ms = LOOK_MS * 12;
	ck_other_cause("whole-file-load");
	for (uint32_t i = 0; i < 4; i++)
		f->history.record.files[i].first_ms = LOOK_MS * (i + 4) * 2;
	ck_cause("whole-file-load", "medium");
	/* The last one long before the end. */
	f->history.record.files[4].first_ms = LOOK_MS * 13;
	ck_other_cause("whole-file-load");
	ck_assert_uint_eq(d.opened, 0);
	/* Too few; but a leak is not certain any more with two. */
	f->history.n_files = 2;
	spend(t, 0, 10, 1);
	ck_cause("leak", "medium");
	f->history.n_files = 1;
	ck_cause("leak", "high");
}
END_TEST

START_TEST(load_of_the_late_growth)
{
	struct oom_track *t;
	unsigned int seen = 0;

	for (uint32_t to = LOOKS; to > 6; to--) {
		t = growing();
		reads(t, 1, to, 2000);
		add_file(812, 40 * MIB, 90 * MIB);
		/* Too few to say by itself that it goes on. */
		f->history.record.files[0].moves = 2;
		diagnose();
		if (d.shape.late_read_percent >= 85) {
			ck_cause("whole-file-load", "high");
			seen |= 1;
		} else if (d.shape.late_read_percent >= 50) {
			ck_cause("whole-file-load", "medium");
			seen |= 2;
		} else {
			ck_other_cause("whole-file-load");
			seen |= 4;
		}
	}
	ck_assert_uint_eq(seen, 7);
}
END_TEST

/* Compressed, so that little is read: the file moves on all the same. */
START_TEST(load_of_a_compressed_file)
{
	struct oom_track *t = growing();
	struct oom_record_file *file;

	reads(t, 2, LOOKS, STEP_KIB / 32 + 1);
	/* The whole is more than 40 times what was read since. */
	t->points[0].read_kib = 0;
	file = add_file(812, MIB, 2 * MIB);
	ck_cause("whole-file-load", "high");
	for (uint32_t i = 3; i < t->n; i++)
		t->points[i].read_kib = t->points[i - 1].read_kib +
					(i % 3 ? 0 : STEP_KIB / 32 + 1);
	ck_cause("whole-file-load", "high");
	ck_assert_uint_lt(d.shape.read_kib * 40, d.shape.grown_kib);
	file->moves = 2;
	ck_other_cause("whole-file-load");
	file->moves = 3;
	ck_cause("whole-file-load", "high");
	/* At its end: nothing of it is left to be read. */
	file->position = 2 * MIB;
	ck_other_cause("whole-file-load");
	file->position = MIB;
	f->history.facts[0].size_bytes.known = false;
	ck_other_cause("whole-file-load");
}
END_TEST

/* One read(2) into memory made for it: the request is as large as the file. */
START_TEST(load_at_once)
{
	static const struct {
		uint64_t percent;
		bool load;
	} cases[] = {
		{ 74, false }, { 76, true }, { 106, true }, { 107, false }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct oom_track *t = growing();
		struct oom_record_file *file = add_file(812, 0, 20 * MIB);

		file->moves = 0;
		ask(t, LOOKS - 2,
		    (uint32_t)(20 * 1024 * cases[i].percent / 100));
		diagnose();
		ck_assert_msg((d.cause == OOM_CAUSE_WHOLE_FILE_LOAD) ==
				      cases[i].load,
			      "%d percent: %s", (int)cases[i].percent,
			      oom_cause_names[d.cause]);
		/* Written, it is no source. */
		file->writes = 1;
		ck_other_cause("whole-file-load");
	}
	/* A twentieth of the limit at least. */
	for (uint64_t kib = LIMIT_KIB / 20 - 1; kib <= LIMIT_KIB / 20; kib++) {
		struct oom_track *t = growing();

		add_file(812, 0, kib * 1024)->moves = 0;
		ask(t, LOOKS - 2, (uint32_t)kib);
		diagnose();
		ck_assert_int_eq(d.cause == OOM_CAUSE_WHOLE_FILE_LOAD,
				 kib == LIMIT_KIB / 20);
	}
}
END_TEST

/* Read to its end before, and turned into something larger since. */
static struct oom_track *made_of(uint32_t file_kib)
{
	struct oom_track *t = growing();

	/* In one go, as it began to grow. */
	reads(t, 3, 4, file_kib);
	add_file(812, file_kib * UINT64_C(1024), file_kib * UINT64_C(1024));
	return t;
}

START_TEST(made_of_a_file)
{
	struct oom_track *t = made_of(30000);

	ck_cause("whole-file-load", "medium");
	/* A tenth of the limit. */
	(void)made_of(LIMIT_KIB / 10 - 1);
	ck_other_cause("whole-file-load");
	(void)made_of(LIMIT_KIB / 10);
	ck_cause("whole-file-load", "medium");
	/* It slept: something else happened meanwhile. */
	t = made_of(30000);
	spend(t, 0, 70, 1);
	ck_other_cause("whole-file-load");
	spend(t, 0, 71, 1);
	ck_cause("whole-file-load", "medium");
	/* It had been read by somebody else, or is in the cache by mmap. */
	t = made_of(30000);
	for (uint32_t i = 0; i < t->n; i++)
		t->points[i].read_kib /= 3;
	ck_other_cause("whole-file-load");
}
END_TEST

/* ---- a plan, or a loop ---- */

static void in_stages(struct oom_track *t, unsigned int stages)
{
	uint32_t anon = 1000, each = 96000 / stages;

	t->n = OOM_TRACK_POINTS;
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t part = OOM_TRACK_POINTS / stages;

		if (i / part < stages && i % part == 1)
			anon += each;
		t->points[i] = (struct oom_track_point){
			.at_ms = i * 50,
			.anon_kib = anon,
			.data_kib = anon + 300,
			.system_ms = i * 50,
		};
	}
	f->log.rows[0].anon_bytes = oom_known(anon * UINT64_C(1024));
}

START_TEST(stages_are_a_plan)
{
	for (unsigned int stages = 2; stages <= 10; stages++) {
		struct oom_track *t = growing();

		in_stages(t, stages);
		spend(t, 0, 10, 5); /* it sleeps between them */
		diagnose();
		/* The first may count as not yet grown. */
		ck_assert_uint_ge(d.shape.stages + 1, stages);
		if (d.shape.stages >= 2 && d.shape.stages <= 7) {
			ck_cause("under-allocation", "medium");
			ck_assert(d.planned_stages);
		} else if (d.shape.stages > 7) {
			/* A loop goes round more often. */
			ck_cause("leak", "high");
			ck_assert(!d.planned_stages);
		}
	}
}
END_TEST

/* It sleeps or waits three tenths of its time, and often. */
START_TEST(loop_that_sleeps)
{
	struct oom_track *t = growing();

	spend(t, 0, 70, 1);
	ck_cause("leak", "medium");
	spend(t, 0, 72, 1);
	ck_cause("under-allocation", "low");
	/* Three quarters: it does little else. */
	spend(t, 0, 25, 1);
	ck_cause("leak", "high");
	spend(t, 0, 27, 1);
	ck_cause("leak", "medium");
	/* Six times: a busy node makes anybody wait. */
	spend(t, 0, 10, 0);
	last(t)->sleeps = 6;
	ck_cause("leak", "high");
	last(t)->sleeps = 5;
	ck_cause("under-allocation", "low");
	/* Fewer turns for as much: each brings more than at first. */
	for (uint32_t few = 5; few <= 7; few += 2) {
		spend(t, 0, 10, 10);
		for (uint32_t i = 14; i < t->n; i++)
			t->points[i].sleeps = 140 + (i - 14) * few;
		ck_cause("leak", few == 5 ? "medium" : "high");
		ck_assert_uint_eq(d.shape.turns_percent.value > 160, few == 5);
	}
	/* Several threads that sleep together; of many nobody knows. */
	spend(t, 0, 10, 1);
	for (uint32_t more = 0; more < 2; more++) {
		t->threads = 2 + more;
		spend(t, 0, 70, 1);
		ck_cause(more ? "under-allocation" : "leak",
			 more ? "low" : "medium");
		spend(t, 0, 10, 1);
		ck_cause("leak", "medium");
	}
	t->threads = OOM_PROC_THREADS_MAX + 1;
	ck_cause("under-allocation", "low");
}
END_TEST

/* It computes for 12 ms for each MiB, and four times as long as filling it. */
START_TEST(loop_that_computes)
{
	struct oom_track *t = growing();

	/* 4.6875 MiB for each look. */
	spend(t, 60, 40, 0);
	ck_cause("leak", "medium");
	ck_assert_uint_ge(d.shape.user_us_per_mib, 12000);
	/* Three times as long: it does little else. (Of two CPUs.) */
	spend(t, 170, 30, 0);
	ck_cause("leak", "high");
	spend(t, 160, 40, 0);
	ck_cause("leak", "medium");
	ck_assert_uint_lt(d.shape.user_us_per_mib, 36000);
	spend(t, 55, 45, 0);
	ck_cause("leak", "low");
	ck_assert(d.crumbs);
	ck_assert_uint_lt(d.shape.user_us_per_mib, 12000);
	/* What a page costs here: 256 of them are a MiB. */
	spend(t, 60, 40, 0);
	f->history.record.page_ns = 12000;
	ck_cause("leak", "medium");
	f->history.record.page_ns = 13000;
	ck_cause("leak", "low");
	ck_assert(d.crumbs);
}
END_TEST

/*
 * Neither a plan nor a loop shows: small things, for the same work each, are as
 * a leak's; what computes nothing only fills.
 */
START_TEST(small_things)
{
	struct oom_track *t = growing();

	spend(t, 25, 75, 0);
	ck_cause("leak", "low");
	ck_assert(d.crumbs);
	spend(t, 0, 100, 0);
	ck_cause("under-allocation", "low");
	ck_assert(!d.crumbs);
	/* A hundredth of the limit was asked for ahead. */
	spend(t, 25, 75, 0);
	ask(t, LOOKS - 2, LIMIT_KIB / 100 - 1);
	ck_cause("leak", "low");
	ask(t, LOOKS - 2, 1);
	ck_cause("under-allocation", "low");
	/* It gets cheaper: a tenth less work for as much, and a bit.  Not where a
	 * loop computes for each. */
	for (int cheaper = 0; cheaper < 2; cheaper++) {
		t = growing();
		spend(t, 25, 75, 0);
		for (uint32_t i = 14; i < t->n; i++)
			t->points[i].system_ms -= (i - 13) * (cheaper ? 12 : 6);
		diagnose();
		ck_assert_int_eq(d.crumbs, !cheaper);
		ck_assert_uint_eq(d.shape.work_percent.value > 110, cheaper);
	}
}
END_TEST

/* A pause in which it only waited for a CPU is none. */
START_TEST(loop_that_is_kept_waiting)
{
	struct oom_track *t = growing();

	spend(t, 0, 10, 5);
	for (uint32_t i = 10; i < t->n; i++) {
		t->points[i].at_ms += LOOK_MS * 8;
		t->points[i].wait_ms += LOOK_MS * 8;
		t->points[i].anon_kib -= STEP_KIB * 19 / 20;
		t->points[i].data_kib -= STEP_KIB * 19 / 20;
	}
	f->history.record.moments[0].at_ms += LOOK_MS * 8;
	f->log.rows[0].anon_bytes =
		oom_known(last(t)->anon_kib * UINT64_C(1024));
	diagnose();
	ck_assert_uint_eq(d.shape.stages, 1);
	ck_assert_str_eq(oom_cause_names[d.cause], "leak");
}
END_TEST

/* A large array is no small thing that a loop keeps. */
START_TEST(loop_that_keeps_much)
{
	struct oom_track *t = growing();

	spend(t, 0, 10, 1);
	ask(t, LOOKS - 2, LIMIT_KIB / 40);
	ck_cause("leak", "high");
	ask(t, LOOKS - 2, 1);
	ck_cause("leak", "medium");
	t = growing();
	spend(t, 0, 10, 1);
	ask(t, LOOKS - 2, LIMIT_KIB / 20);
	ck_cause("under-allocation", "low");
	ck_assert(d.planned_requests);
}
END_TEST

/*
 * It stood still for long, and then it grew and grew: a leak where a loop shows
 * in that growth; and a fill that comes late, where none does.
 */
START_TEST(late_growth)
{
	struct oom_track *t = growing();

	for (uint32_t i = 1; i < t->n; i++)
		t->points[i].at_ms += 2000;
	f->history.record.moments[0].at_ms += 2000;
	for (uint32_t i = 1; i <= 2; i++) {
		t->points[i].anon_kib = t->points[0].anon_kib;
		t->points[i].data_kib = t->points[0].data_kib;
	}
	spend(t, 0, LOOK_MS, 0);
	ck_cause("under-allocation", "low");
	ck_assert_uint_gt(d.shape.before_ms, 2000);
	spend(t, 0, 10, 5);
	diagnose();
	ck_assert_str_eq(oom_cause_names[d.cause], "leak");
}
END_TEST

/* It filled something first, and left it alone for as long as it then grew. */
START_TEST(growth_after_a_start)
{
	struct oom_track *t = growing();
	uint32_t base = t->points[0].anon_kib;

	for (uint32_t i = 0; i < t->n; i++) {
		t->points[i].anon_kib += LIMIT_KIB / 4;
		t->points[i].data_kib += LIMIT_KIB / 4;
		t->points[i].at_ms += i < 2 ? 0 : t->n * LOOK_MS;
	}
	t->points[0].anon_kib = base;
	f->log.rows[0].anon_bytes =
		oom_known(last(t)->anon_kib * UINT64_C(1024));
	f->history.record.moments[0].at_ms += t->n * LOOK_MS;
	spend(t, 0, 10, 5);
	diagnose();
	ck_assert_str_eq(oom_cause_names[d.cause], "leak");
	ck_assert_uint_ge(d.shape.base_kib, base + LIMIT_KIB / 4);
	ck_assert_uint_ge(d.shape.before_ms, t->n * LOOK_MS);
}
END_TEST

/* Slower and slower: a cache that fills up. */
START_TEST(growth_that_slows)
{
	struct oom_track *t = growing();
	uint32_t anon = 1000, step = 12000;

	for (uint32_t i = 1; i < t->n; i++) {
		anon += step;
		step = step * 7 / 8;
		t->points[i].anon_kib = anon;
		t->points[i].data_kib = anon + 300;
	}
	f->log.rows[0].anon_bytes = oom_known(anon * UINT64_C(1024));
	spend(t, 0, 10, 5);
	ck_cause("under-allocation", "medium");
	ck_assert(d.slows);
	ck_assert_uint_lt(d.shape.late_percent * 2, d.shape.early_percent);
	/* Faster and faster is no reason to think of an end. */
	t = growing();
	for (uint32_t i = 1; i < t->n; i++) {
		t->points[i].anon_kib = 1000 + i * i * 240;
		t->points[i].data_kib = t->points[i].anon_kib + 300;
	}
	spend(t, 0, 10, 5);
	diagnose();
	ck_assert(!d.slows);
	ck_assert_str_eq(oom_cause_names[d.cause], "leak");
}
END_TEST

/* What it began with came quickly; the loop itself does not slow. */
START_TEST(quick_start_then_steady)
{
	struct oom_track *t = growing();
	uint32_t anon = 1000;

	for (uint32_t i = 1; i < t->n; i++) {
		anon += i <= 4 ? 16000 : 1500;
		t->points[i].anon_kib = anon;
		t->points[i].data_kib = anon + 300;
	}
	f->log.rows[0].anon_bytes = oom_known(anon * UINT64_C(1024));
	spend(t, 0, 10, 5);
	ck_cause("leak", "high");
	ck_assert(!d.slows);
	ck_assert_uint_eq(d.shape.base_kib, 1000 + 4 * 16000);
	/* A rest, and then a jump: stages of a plan, with the first. */
	for (uint32_t i = 5; i < t->n; i++) {
		t->points[i].anon_kib = i + 2 < t->n ? 65000 : anon;
		t->points[i].data_kib = t->points[i].anon_kib + 300;
	}
	ck_cause("under-allocation", "medium");
	ck_assert(d.planned_stages);
}
END_TEST

/* Teeth, the floor of which rises; up to the limit in the end. */
static struct oom_track *teeth(unsigned int n, uint32_t rise)
{
	struct oom_track *t = growing();
	uint32_t anon = 20000;

	t->n = 0;
	for (unsigned int i = 0; i <= n; i++)
		for (uint32_t up = 0; up < 5; up++) {
			t->points[t->n] = (struct oom_track_point){
				.at_ms = t->n * LOOK_MS,
				.anon_kib = anon + i * rise + up * 10000,
				.data_kib = anon + i * rise + up * 10000 + 300,
				.system_ms = t->n * LOOK_MS,
			};
			t->n++;
		}
	f->history.record.moments[0].at_ms = last(t)->at_ms + 1;
	f->log.rows[0].anon_bytes =
		oom_known(last(t)->anon_kib * UINT64_C(1024));
	return t;
}

START_TEST(sawtooth)
{
	(void)teeth(3, 6000);
	ck_cause("leak", "high");
	ck_assert(d.sawtooth);
	ck_assert_uint_eq(d.shape.falls, 3);
	(void)teeth(2, 6000);
	ck_cause("leak", "medium");
	ck_assert(d.sawtooth);
	(void)teeth(1, 6000);
	ck_other_cause("leak");
	ck_assert(!d.sawtooth);
	/* A floor that does not rise (by a twentieth of the growth). */
	(void)teeth(5, 0);
	ck_other_cause("leak");
	ck_assert(!d.sawtooth);
	(void)teeth(3, 900);
	ck_other_cause("leak");
	(void)teeth(3, 1300);
	ck_cause("leak", "high");
}
END_TEST

/* A quarter of the growth after the last look: how it grew is not known. */
START_TEST(unseen_growth)
{
	struct oom_track *t = growing();

	spend(t, 0, 10, 1);
	t->n = 16;
	ck_assert_uint_eq(last(t)->anon_kib, 73000);
	f->log.rows[0].anon_bytes = oom_known(97000 * UINT64_C(1024));
	diagnose();
	ck_assert_str_eq(oom_cause_names[d.cause], "under-allocation");
	ck_assert_uint_gt(d.shape.unseen_kib * 4, d.shape.grown_kib);
	f->log.rows[0].anon_bytes = oom_known(93000 * UINT64_C(1024));
	diagnose();
	ck_assert_uint_le(d.shape.unseen_kib * 4, d.shape.grown_kib);
	ck_assert_str_eq(oom_cause_names[d.cause], "leak");
}
END_TEST

/* A few looks show growth, but hardly how it came. */
START_TEST(few_looks)
{
	struct oom_track *t = growing();

	spend(t, 0, 10, 3);
	for (uint32_t i = 0; i < 4; i++)
		t->points[i] = t->points[i * 6];
	t->n = 4;
	f->log.rows[0].anon_bytes =
		oom_known(last(t)->anon_kib * UINT64_C(1024));
	diagnose();
	ck_assert_uint_eq(d.shape.grown_points, 5);
	ck_cause("leak", "low");
	t->n = 2;
	f->log.rows[0].anon_bytes =
		oom_known(last(t)->anon_kib * UINT64_C(1024));
	ck_other_cause("leak");
}
END_TEST

/* ---- workers of one parent ---- */

/* n of one parent, all of which grew. */
static void siblings(unsigned int n, uint64_t each_bytes)
{
	killed();
	f->history.record.started = 1;
	for (unsigned int i = 0; i < n; i++) {
		add_row(800 + i, UID, "python3", each_bytes);
		add_looks(add_track(800 + i, 700, "python3"), 0,
			  (uint32_t)(each_bytes / 1024));
	}
	add_row(700, UID, "bash", MIB);
	add_looks(add_track(700, 600, "bash"), 1024, 1024);
}

START_TEST(workers_of_one_parent)
{
	siblings(3, 30 * MIB);
	ck_cause("worker-copies", "high");
	ck_assert_uint_eq(d.group.parent, 700);
	ck_assert_uint_eq(d.group.parent_bytes, MIB);
	/* Two are enough to say it, not to be certain. */
	siblings(2, 45 * MIB);
	ck_cause("worker-copies", "medium");
	siblings(1, 90 * MIB);
	ck_other_cause("worker-copies");
	/* Each of its own. */
	siblings(2, 45 * MIB);
	f->history.record.tracks[1].ppid = 701;
	ck_other_cause("worker-copies");
}
END_TEST

/* Of their own pieces of work: further apart. */
START_TEST(unlike_siblings)
{
	siblings(4, 20 * MIB);
	f->log.rows[0].anon_bytes = oom_known(28 * MIB);
	f->log.rows[1].anon_bytes = oom_known(28 * MIB);
	f->log.rows[2].anon_bytes = oom_known(12 * MIB);
	f->log.rows[3].anon_bytes = oom_known(12 * MIB);
	ck_cause("worker-copies", "medium"); /* 40 percent */
	f->log.rows[2].anon_bytes = oom_known(14 * MIB);
	f->log.rows[3].anon_bytes = oom_known(14 * MIB);
	ck_cause("worker-copies", "high"); /* a third */
}
END_TEST

/* They stood still, and one process did it: four fifths. */
START_TEST(workers_that_stood_still)
{
	for (int more = 0; more < 2; more++) {
		siblings(3, 25 * MIB);
		for (unsigned int i = 0; i < 3; i++)
			add_looks(&f->history.record.tracks[i], 25 * 1024,
				  25 * 1024);
		f->history.record.tracks[0].points[0].anon_kib =
			25 * 1024 - (more ? 4000 : 5000);
		add_row(900, UID, "perl", 20000 * 1024);
		add_looks(add_track(900, 700, "perl"), 0, 20000);
		diagnose();
		ck_assert_uint_eq(d.grower_percent, more ? 83 : 80);
		ck_assert_str_ne(oom_cause_names[d.cause], "worker-copies");
	}
	f->history.record.tracks[0].points[0].anon_kib = 25 * 1024 - 6000;
	ck_cause("worker-copies", "high");
}
END_TEST

/* Pages that they have from their parent count in each, and once in all. */
START_TEST(copies_on_write)
{
	siblings(4, 45 * MIB);
	f->log.rows[4].anon_bytes = oom_known(45 * MIB);
	strcpy(f->log.rows[4].name, "python3");
	/* 225 MiB are claimed, 140 charged: 85 are shared. */
	f->log.reports[0].memory.anon_bytes = oom_known(140 * MIB);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(140 * MIB);
	diagnose();
	ck_assert_str_eq(oom_cause_names[d.cause], "worker-copies");
	ck_assert_uint_eq(d.group.count, 4);
	ck_assert_uint_eq(d.group.total_bytes, 180 * MIB);
	ck_assert_uint_eq(d.group.own_bytes, 95 * MIB);
	ck_assert_uint_eq(d.group.share_percent, 67);
	ck_assert_uint_eq(d.group.parent_bytes, 45 * MIB);
	/* A little more is the kernel's way of counting. */
	f->log.reports[0].memory.anon_bytes = oom_known(215 * MIB);
	f->levels[OOM_LEVEL_STEP].peak_bytes = oom_known(215 * MIB);
	diagnose();
	ck_assert_uint_eq(d.group.own_bytes, d.group.total_bytes);
	/* All but shared: they have nothing of their own. */
	f->log.reports[0].memory.anon_bytes = oom_known(50 * MIB);
	ck_other_cause("worker-copies");
}
END_TEST

/* ---- ranks that mpiexec started ---- */

static void launched(unsigned int n, unsigned int odd, uint64_t large,
		     uint64_t small)
{
	killed();
	f->history.record.started = 1;
	add_row(700, UID, "hydra_pmi_proxy", MIB);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t bytes = i == odd ? large : small;

		add_row(800 + i, UID, "halo", bytes);
		add_looks(add_track(800 + i, 700, "halo"), 0,
			  (uint32_t)(bytes / 1024));
	}
}

START_TEST(launched_ranks)
{
	launched(4, 0, 60 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "high");
	ck_assert_uint_eq(d.rank.bytes, 60 * MIB);
	ck_assert_uint_eq(d.rank.others_bytes, 10 * MIB);
	ck_assert_uint_eq(d.rank.n_others, 3);
	launched(4, 2, 60 * MIB, 10 * MIB);
	ck_cause("rank-imbalance", "high");
	ck_assert_uint_eq(d.rank.rank, 2);
	launched(4, 0, 30 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "high");
	/* Three times, and a third of all above the others. */
	launched(4, 0, 30 * MIB - 4096, 10 * MIB);
	ck_other_cause("rank0-bottleneck");
	launched(8, 0, 49 * MIB, 10 * MIB);
	ck_other_cause("rank0-bottleneck");
	launched(8, 0, 50 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "high");
	/* Two or three: four times, and more of all above them. */
	launched(2, 0, 40 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "medium");
	launched(2, 0, 40 * MIB - 4096, 10 * MIB);
	ck_other_cause("rank0-bottleneck");
	launched(3, 0, 40 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "medium");
	/* Under a shell they are workers, or nothing. */
	launched(4, 0, 60 * MIB, 10 * MIB);
	strcpy(f->log.rows[0].name, "bash");
	ck_other_cause("rank0-bottleneck");
	/* Whose children they are is not known. */
	launched(4, 0, 60 * MIB, 10 * MIB);
	for (unsigned int i = 0; i < 4; i++)
		f->history.record.tracks[i].ppid = 0;
	ck_other_cause("rank0-bottleneck");
}
END_TEST

/* All alike: each needs more than its part. */
START_TEST(equal_ranks)
{
	launched(4, 0, 24 * MIB, 24 * MIB);
	ck_cause("under-allocation", "low");
	ck_assert_ptr_nonnull(d.grower);
	ck_assert_uint_lt(d.grower_percent, 60);
	ck_assert(!d.several);
	/* By srun: tasks of the step. */
	siblings(4, 24 * MIB);
	f->n_tasks = 4;
	f->n_local_tasks = oom_known(4);
	for (unsigned int i = 0; i < 4; i++)
		f->tasks[i].pid = oom_known(800 + i);
	ck_cause("under-allocation", "low");
	ck_assert(!d.several);
}
END_TEST

/* ---- whose file it is ---- */

static struct oom_record_file *add_written(const char *path, uint64_t position)
{
	struct oom_record_file *file = add_file(812, position, position);

	f->history.facts[f->history.n_files - 1].size_bytes.known = false;
	file->writes = 1;
	strcpy(file->path, path);
	return file;
}

START_TEST(tmpfs_file)
{
	with_shmem(90 * MIB, MIB, 90 * MIB);
	ck_cause("tmpfs", "high");
	ck_assert_int_eq(d.tmpfs_file, -1);
	(void)add_written("/dev/shm/a", MIB);
	(void)add_written("/dev/shm/b", 30 * MIB);
	add_written("/scratch/c", 90 * MIB)->moves = 0;
	add_file(812, 80 * MIB, 80 * MIB)->writes = 0;
	ck_cause("tmpfs", "high");
	ck_assert_int_eq(d.tmpfs_file, 1);
	ck_assert_uint_eq(d.tmpfs_pid, 812);
	/* Not every tmpfs is /dev/shm: it grew with the memory. */
	f->history.record.files[2].moves = 1;
	diagnose();
	ck_assert_int_eq(d.tmpfs_file, 2);
	f->history.record.files[2].position = 90 * MIB / 4 - 1;
	diagnose();
	ck_assert_int_eq(d.tmpfs_file, 1);
	/* What is stored of it says more than where somebody was in it. */
	f->history.facts[0].stored_bytes = oom_known(60 * MIB);
	diagnose();
	ck_assert_int_eq(d.tmpfs_file, 0);
	/* Gone afterwards, and named: it was a file all the same. */
	with_shmem(90 * MIB, MIB, 0);
	ck_cause("tmpfs", "medium");
	(void)add_written("/dev/shm/a", MIB);
	ck_cause("tmpfs", "high");
}
END_TEST

TESTS("diagnose", none, none_has_numbers, limit_by_report, limit_by_counters,
      limit_by_peak, limit_out_of_the_report, node_oom, near_node_oom,
      node_oom_without_report, tmpfs, near_tmpfs, tmpfs_without_report, rank0,
      other_rank, rank_seen_in_the_table, rank_that_others_gave_to, near_rank,
      shared_memory_fakes_a_rank0, all_ranks_that_are_kept, jvm, near_jvm,
      java_heaps, jvm_seen_running, jvm_beside_its_heap, workers, near_workers,
      unlike_workers, small_namesakes_are_not_copies, ranks_are_not_workers,
      workers_of_other_steps, other_users_do_not_count, tiny_workers,
      enormous_sizes, under_allocation, under_allocation_without_table,
      undetermined, largest_first, first_report, grew_without_more,
      most_of_the_growth, several_programs, asked_for, sudden, late_request,
      doubled_table, asked_for_at_first, load_by_mapping, read_again_and_again,
      jump_after_a_file, kept_every_few_rounds, load_by_progress, near_load,
      file_seen_once, load_in_lumps, near_load_of_a_pipe,
      one_file_after_another, load_of_the_late_growth, growth_after_a_start,
      load_of_a_compressed_file, load_at_once, made_of_a_file,
      stages_are_a_plan, loop_that_sleeps, loop_that_computes, small_things,
      joins, loop_that_keeps_much, loop_that_is_kept_waiting, late_growth,
      growth_that_slows, quick_start_then_steady, sawtooth, unseen_growth,
      few_looks, workers_of_one_parent, unlike_siblings,
      workers_that_stood_still, copies_on_write, launched_ranks, equal_ranks,
      tmpfs_file)
