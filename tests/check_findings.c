// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/findings.h"

static struct oom_findings *f;

static void parse(const char *text)
{
	free(f);
	f = new_findings();
	oom_findings_parse(f, oom_span(text));
}

#define STEP_PATH "/s/job_1/step_0"
#define STEP_IS	  "[cgroup step path]\n " STEP_PATH "\n"
#define REPORT(time, pid, uid, path) \
	" 0 x invoked oom-killer: y\n" \
	" 0 oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=" \
	"/s/job_1,task_memcg=" path ",task=a,pid=" pid ",uid=" uid \
	"\n" RATE_LIMITED(time, pid, uid)
#define RATE_LIMITED(time, pid, uid) \
	" " time " Memory cgroup out of memory: Killed process " pid \
	" (a) total-vm:9kB, anon-rss:8kB, file-rss:1kB, shmem-rss:0kB, " \
	"UID:" uid " pgtables:1kB oom_score_adj:0\n"

START_TEST(whole_capture)
{
	parse("#oom-advice-capture 1\n"
	      "[step]\n job 4711\n uid 1000\n step batch\n node node0\n"
	      " nodes 2\n total_tasks 8\n local_tasks 4\n"
	      " mem_per_node_mib 150\n mem_per_cpu_mib 0\n"
	      " mem_per_gpu_mib 7\n job_alloc_mib 151\n step_alloc_mib 152\n"
	      " argv java -Xmx3g  a\n java_options -Xmx1g\n verbose 1\n"
	      "[step]\n cgroup v2\n start_mono_us 5\n"
	      "[clock]\n now_real_s 1700000000\n now_mono_us 99\n"
	      " utc_offset_s -3600\n"
	      "[page_bytes]\n 65536\n"
	      "[meminfo]\n MemTotal:       24602420 kB\n MemFree: 1 kB\n"
	      "[cgroup user path]\n " STEP_PATH "/user\n"
	      "[cgroup job memory.max]\n 157286400\n"
	      "[cgroup step memory.events]\n oom_kill 2\n"
	      "[task 0]\n rank 4\n pid 812\n status 9\n ran_ms 100\n"
	      " kills 1\n peak_bytes 77\n file_bytes 66\n"
	      "[task 3]\n rank 7\n");
	ck_known(f->job_id, 4711);
	ck_known(f->uid, 1000);
	ck_assert_str_eq(f->step, "batch");
	ck_assert_str_eq(f->node, "node0");
	ck_known(f->n_nodes, 2);
	ck_known(f->total_tasks, 8);
	ck_known(f->n_local_tasks, 4);
	ck_known(f->mem_per_node_mib, 150);
	ck_known(f->mem_per_cpu_mib, 0);
	ck_known(f->mem_per_gpu_mib, 7);
	ck_known(f->job_alloc_mib, 151);
	ck_known(f->step_alloc_mib, 152);
	ck_assert_str_eq(f->argv, "java -Xmx3g  a");
	ck_assert_str_eq(f->java_options, "-Xmx1g");
	ck_assert(f->verbose);
	ck_assert_int_eq(f->cgroup_version, OOM_CGROUP_V2);
	ck_known(f->start_mono_us, 5);
	ck_known(f->now_real_s, 1700000000);
	ck_known(f->now_mono_us, 99);
	ck_assert_int_eq(f->utc_offset_s, -3600);
	ck_known(f->node_total_bytes, UINT64_C(24602420) * 1024);
	ck_assert_str_eq(f->levels[OOM_LEVEL_USER].path, STEP_PATH "/user");
	ck_known(f->levels[OOM_LEVEL_JOB].limit_bytes, 157286400);
	ck_known(f->levels[OOM_LEVEL_STEP].oom_kill, 2);
	ck_assert_uint_eq(f->n_tasks, 4);
	ck_known(f->tasks[0].rank, 4);
	ck_known(f->tasks[0].pid, 812);
	ck_known(f->tasks[0].status, 9);
	ck_known(f->tasks[0].ran_ms, 100);
	ck_known(f->tasks[0].kills, 1);
	ck_known(f->tasks[0].peak_bytes, 77);
	ck_known(f->tasks[0].file_bytes, 66);
	ck_unknown(f->tasks[1].rank);
	ck_known(f->tasks[3].rank, 7);
	ck_unknown(f->tasks[3].kills);
}
END_TEST

START_TEST(nothing_is_known)
{
	static const char *const texts[] = { "",
					     "\n\n",
					     "[",
					     "[step]",
					     "[step]\n",
					     "[step]\njob 1\n",
					     "[unheard of]\n job 1\n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct oom_findings *zero = new_findings();

		parse(texts[i]);
		ck_assert(!memcmp(f, zero, sizeof(*f)));
		free(zero);
		ck_unknown(oom_findings_kills(f));
	}
}
END_TEST

START_TEST(garbled_values)
{
	parse("[step]\n job\n job x\n job -1\n job 1 2\n uid 99999999999999999"
	      "9999\n utc_offset_s x\n verbose yes\n cgroup v3\n"
	      "[page_bytes]\n 0\n[meminfo]\n MemTotal:\n MemTotal: x kB\n"
	      " MemTotal: 18446744073709551615 kB\n"
	      "[task x]\n rank 1\n[task]\n rank 1\n[task -1]\n rank 1\n"
	      "[task 128]\n rank 1\n[task 99999999999999999999]\n rank 1\n"
	      "[cgroup]\n 1\n[cgroup job]\n 1\n[cgroup nowhere memory.max]\n "
	      "1\n"
	      "[cgroup task memory.max]\n 1\n[cgroup  ]\n 1\n");
	ck_unknown(f->job_id);
	ck_unknown(f->uid);
	ck_assert(!f->verbose);
	ck_assert_int_eq(f->cgroup_version, OOM_CGROUP_NONE);
	ck_unknown(f->node_total_bytes);
	ck_assert_uint_eq(f->n_tasks, 0);
	ck_unknown(f->levels[OOM_LEVEL_JOB].limit_bytes);
	ck_unknown(f->levels[OOM_LEVEL_TASK].limit_bytes);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	char text[4096], *at = text;

	at += sprintf(at, "[step]\n step ");
	memset(at, 's', 600);
	at += 600;
	at += sprintf(at, "\n node ");
	memset(at, 'n', 600);
	at += 600;
	at += sprintf(at, "\n argv ");
	memset(at, 'a', 600);
	at += 600;
	strcpy(at, "\n job 7\n");
	parse(text);
	ck_assert_uint_eq(strlen(f->step), OOM_STEP_LEN - 1);
	ck_assert_uint_eq(strlen(f->node), OOM_NODE_LEN - 1);
	ck_assert_uint_eq(strlen(f->argv), OOM_ARGV_LEN - 1);
	ck_known(f->job_id, 7);
}
END_TEST

START_TEST(own_report)
{
	parse("[step]\n uid 1000\n" STEP_IS "[kernel log]\n" REPORT(
		"5", "812", "1000", STEP_PATH "/user/task_0"));
	ck_assert_uint_eq(f->log.n_reports, 1);
	ck_known(oom_findings_kills(f), 1);
}
END_TEST

/* Whose log comes first in the capture does not matter. */
START_TEST(order_of_sections)
{
	parse("[kernel log]\n" REPORT("5", "812", "1000",
				      STEP_PATH "/user/task_0") STEP_IS
	      "[step]\n uid 1000\n");
	ck_assert_uint_eq(f->log.n_reports, 1);
}
END_TEST

START_TEST(foreign_reports)
{
	/* Another step, another job. */
	parse("[step]\n uid 1000\n" STEP_IS "[kernel log]\n" REPORT(
		"5", "812", "1000", "/s/job_1/step_1/user")
		      REPORT("6", "813", "1000", "/s/job_2/step_0/user"));
	ck_assert_uint_eq(f->log.n_reports, 0);
	ck_unknown(oom_findings_kills(f));
	/* Another user in our own cgroup: a container, or setuid. */
	parse("[step]\n uid 1000\n" STEP_IS
	      "[kernel log]\n" REPORT("7", "814", "1001", STEP_PATH "/user"));
	ck_assert_uint_eq(f->log.n_reports, 1);
	/* Where the step is was not known. */
	parse("[step]\n uid 1000\n[kernel log]\n" REPORT("5", "812", "1000",
							 STEP_PATH "/user"));
	ck_assert_uint_eq(f->log.n_reports, 0);
}
END_TEST

/* A kill without a report is ours when a task of ours has that pid. */
START_TEST(rate_limited_kills)
{
	parse("[step]\n uid 1000\n" STEP_IS "[task 0]\n pid 812\n"
	      "[kernel log]\n" RATE_LIMITED("5", "812", "1000")
		      RATE_LIMITED("6", "813", "1000"));
	ck_assert_uint_eq(f->log.n_reports, 1);
	ck_assert_uint_eq(f->log.reports[0].victim.pid, 812);
	/* The same pid, another user: it was used again. */
	parse("[step]\n uid 1000\n" STEP_IS "[task 0]\n pid 812\n"
	      "[kernel log]\n" RATE_LIMITED("5", "812", "1001"));
	ck_assert_uint_eq(f->log.n_reports, 0);
}
END_TEST

/* A storm of other jobs' kills in front must not push ours out. */
START_TEST(storm_of_foreign_kills)
{
	parse("[step]\n uid 1000\n" STEP_IS
	      "[kernel log]\n" RATE_LIMITED("1", "1", "1001") RATE_LIMITED(
		      "1", "2", "1001") RATE_LIMITED("1", "3", "1001")
		      RATE_LIMITED("1", "4", "1001") RATE_LIMITED(
			      "1", "5", "1001") RATE_LIMITED("1", "6", "1001")
			      RATE_LIMITED("1", "7", "1001")
				      RATE_LIMITED("1", "8", "1001")
					      REPORT("5", "812", "1000",
						     STEP_PATH "/user/task_0"));
	ck_assert_uint_eq(f->log.n_reports, 1);
	ck_assert_uint_eq(f->log.reports[0].victim.pid, 812);
}
END_TEST

/* A requeued job had the same path, and maybe a kill, in its first life. */
START_TEST(kill_of_an_earlier_life)
{
	parse("[step]\n uid 1000\n start_mono_us 9000000\n whole_ring "
	      "1\n" STEP_IS "[kernel log]\n" REPORT("7999999", "812", "1000",
						    STEP_PATH "/user")
		      REPORT("8500000", "813", "1000", STEP_PATH "/user"));
	/* printk's clock may be off by up to a second. */
	ck_assert_uint_eq(f->log.n_reports, 1);
	ck_assert_uint_eq(f->log.reports[0].victim.pid, 813);
}
END_TEST

START_TEST(pages_of_the_node)
{
	parse("[page_bytes]\n 65536\n[step]\n uid 1000\n" STEP_IS
	      "[kernel log]\n"
	      " 0 [  pid  ] uid tgid total_vm rss pgtables_bytes swapents "
	      "oom_score_adj name\n"
	      " 0 [812] 1000 812 9 3 0 0 0 a\n" REPORT("5", "812", "1000",
						       STEP_PATH));
	ck_assert_uint_eq(f->log.n_reports, 1);
	ck_known(f->log.rows[0].rss_bytes, 3 * 65536);
}
END_TEST

START_TEST(kills_from_counters)
{
	struct oom_findings *k = new_findings();

	ck_unknown(oom_findings_kills(k));
	k->cgroup_version = OOM_CGROUP_V2;
	/* Only the job's: it may have been another step. */
	k->levels[OOM_LEVEL_JOB].oom_kill = oom_known(5);
	ck_unknown(oom_findings_kills(k));
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(0);
	ck_known(oom_findings_kills(k), 0);
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(3);
	ck_known(oom_findings_kills(k), 3);
	/* v2 is hierarchical: the tasks' are in it. */
	k->n_tasks = 2;
	k->tasks[0].kills = oom_known(1);
	k->tasks[1].kills = oom_known(1);
	ck_known(oom_findings_kills(k), 3);
	/* ...unless mounted with memory_localevents. */
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(0);
	ck_known(oom_findings_kills(k), 2);
	k->levels[OOM_LEVEL_USER].oom_kill = oom_known(4);
	ck_known(oom_findings_kills(k), 4);
	free(k);
}
END_TEST

START_TEST(kills_on_v1)
{
	struct oom_findings *k = new_findings();

	k->cgroup_version = OOM_CGROUP_V1;
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	k->n_tasks = 3;
	k->tasks[0].kills = oom_known(2);
	k->tasks[2].kills = oom_known(1);
	ck_known(oom_findings_kills(k), 4);
	/* Its folder was gone when it was read: its tasks' were not. */
	k->levels[OOM_LEVEL_STEP].oom_kill.known = false;
	ck_known(oom_findings_kills(k), 3);
	free(k);
}
END_TEST

START_TEST(kills_from_reports)
{
	struct oom_findings *k = new_findings();

	k->log.n_reports = 2;
	ck_known(oom_findings_kills(k), 2);
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	ck_known(oom_findings_kills(k), 2);
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(3);
	ck_known(oom_findings_kills(k), 3);
	free(k);
}
END_TEST

/* SIGKILL and exit 137 look like it, and are not. */
START_TEST(exit_codes_play_no_part)
{
	struct oom_findings *k = new_findings();

	k->n_tasks = 2;
	k->tasks[0].status = oom_known(9);
	k->tasks[1].status = oom_known(137 << 8);
	ck_unknown(oom_findings_kills(k));
	k->levels[OOM_LEVEL_STEP].oom_kill = oom_known(0);
	ck_known(oom_findings_kills(k), 0);
	free(k);
}
END_TEST

TESTS("findings", whole_capture, nothing_is_known, garbled_values,
      long_texts_are_cut, own_report, order_of_sections, foreign_reports,
      rate_limited_kills, storm_of_foreign_kills, kill_of_an_earlier_life,
      pages_of_the_node, kills_from_counters, kills_on_v1, kills_from_reports,
      exit_codes_play_no_part)
