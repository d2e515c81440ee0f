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

START_TEST(near_rank)
{
	/* Three times the others' median, and half of all. */
	with_ranks(0, 30 * MIB, 10 * MIB);
	ck_cause("rank0-bottleneck", "medium");
	with_ranks(0, 30 * MIB - 4096, 10 * MIB);
	ck_other_cause("rank0-bottleneck");
	with_ranks(0, 30 * MIB, 10 * MIB);
	f->tasks[3].peak_bytes = oom_known(10 * MIB + 8192);
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

TESTS("diagnose", none, none_has_numbers, limit_by_report, limit_by_counters,
      limit_by_peak, limit_out_of_the_report, node_oom, near_node_oom,
      node_oom_without_report, tmpfs, near_tmpfs, tmpfs_without_report, rank0,
      other_rank, rank_seen_in_the_table, near_rank,
      shared_memory_fakes_a_rank0, all_ranks_that_are_kept, jvm, near_jvm,
      java_heaps, workers, near_workers, unlike_workers,
      small_namesakes_are_not_copies, ranks_are_not_workers,
      workers_of_other_steps, other_users_do_not_count, tiny_workers,
      enormous_sizes, under_allocation, under_allocation_without_table,
      undetermined, largest_first, first_report)
