// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include "../lib/capture.h"
#include "../lib/kernel_log.h"

/* ---- a kmsg of our own ---- */

/*
 * /dev/kmsg says EPIPE when records were overwritten before they could be
 * read; no other file does.  So read(2) is ours here: for `lossy_fd` it says so
 * before each record.
 */
static int lossy_fd = -1;
static unsigned int n_lost;

ssize_t read(int fd, void *to, size_t len)
{
	if (fd == lossy_fd && n_lost) {
		n_lost--;
		errno = EPIPE;
		return -1;
	}
	return syscall(SYS_read, fd, to, len);
}

/* One record for each read(2), as the kernel's; EAGAIN at the end. */
static int make_kmsg(const char *const *records)
{
	int fds[2], size = 4 << 20;

	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	(void)setsockopt(fds[1], SOL_SOCKET, SO_SNDBUFFORCE, &size,
			 sizeof(size));
	for (; *records; records++)
		ck_assert_int_eq(write(fds[1], *records, strlen(*records)),
				 (ssize_t)strlen(*records));
	ck_assert_int_eq(shutdown(fds[1], 0), 0);
	/* Left open: a closed peer would be an end of file. */
	return fds[0];
}

static char memory[65536];
static struct oom_buf capture;
static struct oom_kernel_log *parsed;

#define STEP "/slurm/job_1/step_0"

static int collect(const char *const *records, unsigned int max)
{
	int fd = make_kmsg(records), rc;

	oom_buf_init(&capture, memory, sizeof(memory));
	rc = oom_kernel_log_collect(&capture, fd, STEP, max);
	(void)close(fd);
	return rc;
}

static void parse(const char *text)
{
	free(parsed);
	parsed = calloc(1, sizeof(*parsed));
	ck_assert_ptr_nonnull(parsed);
	oom_kernel_log_parse(parsed, oom_span(text), 4096);
}

/* What a collector kept, as the findings will read it. */
static void parse_capture(void)
{
	struct oom_span rest = { capture.ptr, capture.len }, section, body;

	free(parsed);
	parsed = calloc(1, sizeof(*parsed));
	ck_assert_ptr_nonnull(parsed);
	while (oom_capture_next(&rest, &section, &body))
		if (oom_span_is(section, "kernel log"))
			oom_kernel_log_parse(parsed, body, 4096);
}

#define REC(time, text) "6,339," time ",-;" text "\n"
#define INVOKED \
	"python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), " \
	"order=0, oom_score_adj=0"
#define HEAD_5_10 \
	"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes " \
	"swapents oom_score_adj name"
#define HEAD_6_8 \
	"[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem " \
	"pgtables_bytes swapents oom_score_adj name"
#define SUMMARY(path, name) \
	"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x," \
	"mems_allowed=0,oom_memcg=/slurm/job_1,task_memcg=" path ",task=" name \
	",pid=812,uid=1000"
#define KILLED(pid, name) \
	"Memory cgroup out of memory: Killed process " pid " (" name \
	") total-vm:160000kB, anon-rss:100000kB, file-rss:2000kB, shmem-rss:4" \
	"kB, UID:1000 pgtables:300kB oom_score_adj:0"

static const char *const report_6_1[] = {
	REC("5000001", INVOKED),
	REC("5000002", "CPU: 0 PID: 812 Comm: python3 Not tainted 6.1.0"),
	REC("5000003", "Call Trace:"),
	REC("5000004", " <TASK>"),
	REC("5000005", "memory: usage 102400kB, limit 102400kB, failcnt 137"),
	REC("5000006", "swap: usage 0kB, limit 9007199254740988kB, failcnt 0"),
	REC("5000007", "Memory cgroup stats for /slurm/job_1:"),
	REC("5000008", "anon 96800768"),
	REC("5000009", "file 8192"),
	REC("5000010", "shmem 4096"),
	REC("5000011", "Tasks state (memory values in pages):"),
	REC("5000012", HEAD_5_10),
	REC("5000013",
	    "[    790]  1000   790     1000      500    57344        "
	    "0             0 bash"),
	REC("5000014",
	    "[    812]  1000   812    40000    25000   307200        "
	    "0          -500 python3"),
	REC("5000015", SUMMARY(STEP "/user/task_0", "python3")),
	REC("5000016", KILLED("812", "python3")),
	NULL
};

/* ---- collecting ---- */

START_TEST(collects_a_report)
{
	ck_assert_int_eq(collect(report_6_1, 1000), 0);
	ck_assert(!capture.truncated);
	ck_lacks(memory, "Call Trace");
	ck_lacks(memory, "Comm:");
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_known(parsed->reports[0].when_us, 5000016);
	ck_assert_str_eq(parsed->reports[0].victim.name, "python3");
	ck_assert_uint_eq(parsed->reports[0].n_rows, 2);
	ck_known(parsed->reports[0].memory.anon_bytes, 96800768);
	ck_known(parsed->reports[0].memory.shmem_bytes, 4096);
	ck_known(parsed->reports[0].memory.limit_bytes, 102400 * 1024);
}
END_TEST

START_TEST(nothing_to_collect)
{
	static const char *const none[] = { NULL };
	static const char *const other[] = {
		REC("1", "Linux version 6.1.0"),
		REC("2", "grow[99]: segfault at 0 ip 0 sp 0 error 4"), NULL
	};

	ck_assert_int_eq(collect(none, 1000), -ENODATA);
	ck_assert_uint_eq(capture.len, 0);
	ck_assert_int_eq(collect(other, 1000), 0);
	ck_assert_uint_eq(capture.len, 0);
	ck_assert_int_eq(oom_kernel_log_collect(&capture, -1, STEP, 10),
			 -EBADF);
	ck_assert_uint_eq(capture.len, 0);
}
END_TEST

START_TEST(bounded_by_records)
{
	ck_assert_int_eq(collect(report_6_1, 15), 0);
	ck_lacks(memory, "Killed process");
	ck_assert_int_eq(collect(report_6_1, 16), 0);
	ck_contains(memory, "Killed process");
}
END_TEST

START_TEST(records_lost_to_the_ring)
{
	int fd = make_kmsg(report_6_1);

	lossy_fd = fd;
	n_lost = 3;
	oom_buf_init(&capture, memory, sizeof(memory));
	ck_assert_int_eq(oom_kernel_log_collect(&capture, fd, STEP, 1000), 0);
	ck_assert_uint_eq(n_lost, 0);
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	/* One that says so for ever does not hold us. */
	n_lost = UINT32_MAX;
	oom_buf_init(&capture, memory, sizeof(memory));
	ck_assert_int_lt(oom_kernel_log_collect(&capture, fd, STEP, 1000), 0);
	ck_assert_uint_eq(capture.len, 0);
	lossy_fd = -1;
	(void)close(fd);
}
END_TEST

/* The dictionary behind a record's first line is not its text. */
START_TEST(dictionary_lines)
{
	static const char *const records[] = {
		"6,1,100,-;some driver\n SUBSYSTEM=pci\n"
		" 6,1,100,-;" KILLED("1", "x") "\n",
		"no semicolon\n",
		"6,1;short head\n",
		"6,1,x,-;bad time\n",
		"6,1,200,-,caller=T1;" KILLED("2", "y") "\n",
		NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].victim.pid, 2);
	ck_known(parsed->reports[0].when_us, 200);
}
END_TEST

START_TEST(another_jobs_report)
{
	static const char *const records[] = {
		REC("1", INVOKED),
		REC("2", "memory: usage 1kB, limit 1kB, failcnt 1"),
		REC("3", HEAD_5_10),
		REC("4", "[     55]  1001    55 10 10 10 0 0 secret"),
		REC("5", SUMMARY("/slurm/job_2/step_0/user/task_0", "secret")),
		REC("6", KILLED("55", "secret")),
		REC("7", KILLED("812", "mine")),
		NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	ck_lacks(memory, "secret");
	ck_lacks(memory, "job_2");
	/* Rate-limited ones have no path: the pid will tell. */
	ck_contains(memory, "(mine)");
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].n_rows, 0);
	ck_unknown(parsed->reports[0].memory.usage_bytes);
}
END_TEST

START_TEST(neighbours_with_names_like_ours)
{
	static const char *const records[] = {
		REC("1", INVOKED),
		REC("2", SUMMARY("/slurm/job_11/step_0/task_0", "a")),
		REC("3", KILLED("1", "a")), REC("4", INVOKED),
		REC("5", SUMMARY("/slurm/job_1/step_01/task_0", "b")),
		REC("6", KILLED("2", "b")), REC("7", INVOKED),
		REC("8", SUMMARY("/slurm/job_1", "c")),
		REC("9", KILLED("3", "c")),
		/* Seen from inside of a cgroup namespace. */
		REC("10", INVOKED),
		REC("11", SUMMARY("/outer/slurm/job_1/step_0/task_0", "d")),
		REC("12", KILLED("4", "d")), NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].victim.pid, 4);
}
END_TEST

/* The name of a process claims to be in our step; its cgroup is another's. */
START_TEST(name_that_claims_a_path)
{
	static const char *const records[] = {
		REC("1", INVOKED),
		REC("2", SUMMARY("/slurm/job_2/step_0", "x,task_memcg=" STEP)),
		REC("3", KILLED("812", "x,task_memcg=" STEP)), NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	ck_assert_uint_eq(capture.len, 0);
}
END_TEST

/*
 * A neighbour's group kill: "Tasks in PATH are going to be killed" and a line
 * for each, without a report.  It says nothing about our own kill before it.
 */
START_TEST(neighbours_group_kill)
{
	static const char *const records[] = {
		REC("1", INVOKED),
		REC("2", SUMMARY(STEP "/task_0", "mine")),
		REC("3", KILLED("812", "mine")),
		REC("4", INVOKED),
		REC("5", SUMMARY("/slurm/job_2/step_0/task_0", "theirs")),
		REC("6", KILLED("900", "theirs")),
		REC("7", "Tasks in /slurm/job_2/step_0 are going to be killed "
			 "due to memory.oom.group set"),
		REC("8", KILLED("901", "theirs")),
		REC("9", KILLED("902", "theirs")),
		NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	parse_capture();
	ck_assert_uint_ge(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].victim.pid, 812);
	ck_assert(!parsed->reports[0].group_kill);
	/* None of the others may carry our path. */
	for (unsigned int i = 1; i < parsed->n_reports; i++)
		ck_assert_str_eq(parsed->reports[i].task_memcg, "");
}
END_TEST

/* 5.10 prints the stats as one record; kmsg escapes its newlines. */
START_TEST(stats_of_5_10)
{
	static const char *const records[] = {
		REC("1", INVOKED),
		REC("2", "memory: usage 61440kB, limit 61440kB, failcnt 9"),
		REC("3", "Memory cgroup stats for /slurm/job_1:"),
		REC("4", "anon 60000000\\x0afile 4096\\x0akernel_stack 49152"
			 "\\x0ashmem 8192\\x0agarbled"),
		REC("5", "Tasks state (memory values in pages):"),
		REC("6", HEAD_5_10),
		REC("7", "[    812]  1000   812    40000    14000   307200     "
			 "   0             0 grow"),
		REC("8", SUMMARY(STEP "/task_0", "grow")),
		REC("9", KILLED("812", "grow")),
		NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_known(parsed->reports[0].memory.anon_bytes, 60000000);
	ck_known(parsed->reports[0].memory.file_bytes, 4096);
	ck_known(parsed->reports[0].memory.shmem_bytes, 8192);
}
END_TEST

/* Other CPUs print in between; "anon 5" of theirs is not in the stats. */
START_TEST(interleaved_records)
{
	static const char *const records[] = {
		REC("1", "anon 77"),
		REC("2", INVOKED),
		REC("3", "file 78"),
		REC("4", "memory: usage 61440kB, limit 61440kB, failcnt 9"),
		REC("5", "eth0: link up"),
		REC("6", "Memory cgroup stats for /slurm/job_1:"),
		REC("7", "eth0: link down"),
		REC("8", "anon 60000000"),
		REC("9", "eth0: link up"),
		REC("10", "shmem 8192"),
		REC("11", HEAD_5_10),
		REC("12", "audit: [1] x"),
		REC("13", "[    812]  1000   812    40000    14000   307200    "
			  "    0             0 grow"),
		REC("14", "anon 79"),
		REC("15", SUMMARY(STEP "/task_0", "grow")),
		REC("16", "hello"),
		REC("17", KILLED("812", "grow")),
		NULL
	};

	ck_assert_int_eq(collect(records, 1000), 0);
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_known(parsed->reports[0].memory.anon_bytes, 60000000);
	ck_known(parsed->reports[0].memory.shmem_bytes, 8192);
	ck_unknown(parsed->reports[0].memory.file_bytes);
	ck_assert_uint_eq(parsed->reports[0].n_rows, 1);
}
END_TEST

START_TEST(long_tables_keep_the_largest)
{
	static char rows[300][128];
	const char *records[310];
	unsigned int n = 0, large = 0;

	records[n++] = REC("1", INVOKED);
	records[n++] = REC("2", HEAD_5_10);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(rows[i], sizeof(rows[i]),
			       "6,1,3,-;[%7d]  1000 %5d 9 %d 0 0 0 p%d\n",
			       i + 1, i + 1, i % 10 == 0 ? 1000 + i : 1, i);
		records[n++] = rows[i];
	}
	records[n++] = REC("4", SUMMARY(STEP, "p"));
	records[n++] = REC("5", KILLED("812", "p"));
	records[n] = NULL;
	ck_assert_int_eq(collect(records, 1000), 0);
	parse_capture();
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].n_rows, OOM_TABLE_MAX);
	ck_assert_uint_eq(parsed->reports[0].n_rows_left_out,
			  300 - OOM_TABLE_MAX);
	for (unsigned int i = 0; i < parsed->reports[0].n_rows; i++)
		large += parsed->rows[i].rss_bytes.value >= 1000 * 4096;
	ck_assert_uint_eq(large, 30);
	/* In the table's order. */
	for (unsigned int i = 1; i < parsed->reports[0].n_rows; i++)
		ck_assert_uint_gt(parsed->rows[i].pid, parsed->rows[i - 1].pid);
}
END_TEST

/* A capture that is nearly full loses lines' ends, never parts of lines. */
START_TEST(small_captures)
{
	for (size_t cap = 0; cap < 1200; cap += 7) {
		int fd = make_kmsg(report_6_1);

		memset(memory, 'z', sizeof(memory));
		oom_buf_init(&capture, memory, cap);
		ck_assert_int_eq(
			oom_kernel_log_collect(&capture, fd, STEP, 1000), 0);
		ck_assert_uint_le(capture.len, cap);
		ck_assert(!capture.len || memory[capture.len - 1] == '\n');
		ck_assert_int_eq(memory[cap], 'z');
		(void)close(fd);
	}
}
END_TEST

/* A regular file: one read, no end of file that repeats for ever. */
START_TEST(file_in_place_of_kmsg)
{
	char path[64], name[96];
	int dir = make_folder(path), fd;

	(void)snprintf(name, sizeof(name), "%s/kmsg", path);
	fd = open(name, O_RDWR | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(dprintf(fd, "6,1,5,-;%s\n6,1,6,-;%s\n",
				 KILLED("1", "a"), KILLED("2", "b")),
			 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	oom_buf_init(&capture, memory, sizeof(memory));
	ck_assert_int_eq(oom_kernel_log_collect(&capture, fd, STEP, 1000), 0);
	ck_contains(memory, "Killed process 1 (a)");
	(void)close(fd);
	remove_folder(path, dir);
}
END_TEST

START_TEST(within)
{
	ck_assert(oom_kernel_path_within(STEP, STEP));
	ck_assert(oom_kernel_path_within(STEP "/user", STEP));
	ck_assert(oom_kernel_path_within("/outer" STEP "/user", STEP));
	ck_assert(!oom_kernel_path_within(STEP "1", STEP));
	ck_assert(!oom_kernel_path_within("/slurm/job_1", STEP));
	ck_assert(!oom_kernel_path_within("", STEP));
	ck_assert(!oom_kernel_path_within(STEP, ""));
	/* The first place where it occurs need not be the right one. */
	ck_assert(oom_kernel_path_within("/step_01/step_0/user", "/step_0"));
}
END_TEST

/* ---- parsing ---- */

#define LINE(text)     " 0 " text "\n"
#define AT(time, text) " " time " " text "\n"

START_TEST(table_of_5_10)
{
	parse(LINE(INVOKED) LINE(HEAD_5_10) LINE(
		"[    812]  1000   813    40000    25000   307200        7"
		"          -500 python3 -u") LINE(SUMMARY(STEP, "python3 -u"))
		      AT("5000016", KILLED("812", "python3 -u")));
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].n_rows, 1);
	ck_assert_uint_eq(parsed->rows[0].pid, 812);
	ck_assert_uint_eq(parsed->rows[0].uid, 1000);
	ck_assert_str_eq(parsed->rows[0].name, "python3 -u");
	ck_known(parsed->rows[0].virtual_bytes, 40000 * UINT64_C(4096));
	ck_known(parsed->rows[0].rss_bytes, 25000 * UINT64_C(4096));
	ck_known(parsed->rows[0].swap_bytes, 7 * 4096);
	ck_assert_int_eq(parsed->rows[0].oom_score_adj, -500);
	ck_unknown(parsed->rows[0].anon_bytes);
	ck_unknown(parsed->rows[0].shmem_bytes);
}
END_TEST

START_TEST(table_of_6_8)
{
	parse(LINE(HEAD_6_8) LINE(
		"[    812]  1000   812    40000    25000    24000      900"
		"       100   307200        0             0 python3")
		      LINE(SUMMARY(STEP, "python3"))
			      AT("9", KILLED("812", "python3")));
	ck_assert_uint_eq(parsed->reports[0].n_rows, 1);
	ck_known(parsed->rows[0].rss_bytes, 25000 * UINT64_C(4096));
	ck_known(parsed->rows[0].anon_bytes, 24000 * UINT64_C(4096));
	ck_known(parsed->rows[0].file_bytes, 900 * UINT64_C(4096));
	ck_known(parsed->rows[0].shmem_bytes, 100 * UINT64_C(4096));
	ck_assert_str_eq(parsed->rows[0].name, "python3");
}
END_TEST

START_TEST(larger_pages)
{
	parsed = calloc(1, sizeof(*parsed));
	ck_assert_ptr_nonnull(parsed);
	oom_kernel_log_parse(
		parsed,
		oom_span(LINE(HEAD_5_10) LINE("[1] 0 1 10 3 0 0 0 a")
				 AT("1", KILLED("1", "a"))),
		65536);
	ck_known(parsed->rows[0].rss_bytes, 3 * 65536);
}
END_TEST

START_TEST(garbled_rows)
{
	parse(LINE(HEAD_5_10) LINE("[x] 0 1 10 3 0 0 0 a") LINE(
		"[1 0 1 10 3 0 0 0 a") LINE("[1] 0 1 10") LINE("[1]")
		      LINE("[1] x 1 10 3 0 0 0 a") LINE("[1] 0 1 10 x 0 0 0 a")
			      LINE("[1] 0 1 10 99999999999999999999 "
				   "0 0 0 a") LINE("[4294967296] 0 1 1 1 0 0 0"
						   " a")
				      LINE("[1] 4294967296 1 1 "
					   "1 0 0 0 a") LINE("[2] 0 1 10 "
							     "5 0 0 0 b")
					      AT("1", KILLED("2", "b")));
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].n_rows, 1);
	ck_assert_uint_eq(parsed->rows[0].pid, 2);
}
END_TEST

/* Without its header a table cannot be read. */
START_TEST(rows_without_a_header)
{
	parse(LINE("[812] 1000 812 40000 25000 307200 0 0 python3")
		      AT("1", KILLED("812", "python3")));
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_uint_eq(parsed->reports[0].n_rows, 0);
}
END_TEST

START_TEST(killed_line)
{
	const struct oom_report *r;

	parse(AT("123", KILLED("812", "python3")));
	ck_assert_uint_eq(parsed->n_reports, 1);
	r = &parsed->reports[0];
	ck_known(r->when_us, 123);
	ck_assert_int_eq(r->constraint, OOM_CONSTRAINT_MEMCG);
	ck_assert_uint_eq(r->victim.pid, 812);
	ck_assert_uint_eq(r->victim.uid, 1000);
	ck_known(r->victim.virtual_bytes, 160000 * 1024);
	ck_known(r->victim.anon_bytes, 100000 * 1024);
	ck_known(r->victim.file_bytes, 2000 * 1024);
	ck_known(r->victim.shmem_bytes, 4 * 1024);
	ck_known(r->victim.rss_bytes, 102004 * 1024);
	ck_unknown(r->memory.usage_bytes);
	ck_assert_str_eq(r->oom_memcg, "");
}
END_TEST

START_TEST(garbled_killed_lines)
{
	parse(AT("1", "Memory cgroup out of memory: Killed process") AT(
		"1", "Memory cgroup out of memory: Killed process x "
		     "(a) total-vm:1kB") AT("1", "Memory cgroup out of "
						 "memory: Killed process "
						 "5 (a")
		      AT("1", "Memory cgroup out of memory: Killed "
			      "process 4294967296 (a) total-vm:1kB")
			      AT("1", "Out of memory: Killed process 6 a "
				      "total-vm:1kB") AT("x", KILLED("7", "a"))
				      KILLED("8", "b"));
	ck_assert_uint_eq(parsed->n_reports, 0);
	/* Numbers that cannot be: the kill stands, they are not known. */
	parse(AT("1", "Memory cgroup out of memory: Killed process 5 (a) "
		      "total-vm:xkB, anon-rss:99999999999999999999kB, "
		      "file-rss:, shmem-rss:18446744073709551615kB, UID:-1"));
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_unknown(parsed->reports[0].victim.virtual_bytes);
	ck_unknown(parsed->reports[0].victim.anon_bytes);
	ck_unknown(parsed->reports[0].victim.file_bytes);
	ck_unknown(parsed->reports[0].victim.shmem_bytes);
	ck_unknown(parsed->reports[0].victim.rss_bytes);
}
END_TEST

START_TEST(hostile_names)
{
	static const char *const names[] = {
		") total-vm:1kB,",
		",pid=1,uid=0",
		"a\\x0ab",
		"[",
		"[    1]",
		"\\x1b[2J",
		"a (b) c",
		"(",
		")",
		" ",
		",task_memcg=/x",
		",oom_memcg=/",
		"constraint=x",
		"Tasks in /",
		"UID:0 ",
		" anon-rss:1kB,",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name = names[i];
		const struct oom_report *r;
		char text[4096];

		(void)snprintf(
			text, sizeof(text),
			LINE(INVOKED) LINE(
				HEAD_6_8) " 0 [    812]  1000   812 40000 "
					  "25000 24000 "
					  "900 100 307200 0 0 %s\n"
					  " 0 "
					  "oom-kill:constraint=CONSTRAINT_"
					  "MEMCG,"
					  "nodemask=(null),cpuset=x,mems_"
					  "allowed=0,"
					  "oom_memcg=/slurm/"
					  "job_1,task_memcg=" STEP
					  ",task=%s,pid=812,uid=1000\n"
					  " 77 Memory cgroup out of memory: "
					  "Killed "
					  "process 812 (%s) total-vm:160000kB, "
					  "anon-rss:100000kB, file-rss:2000kB, "
					  "shmem-rss:4kB, UID:1000 "
					  "pgtables:300kB "
					  "oom_score_adj:0\n",
			name, name, name);
		parse(text);
		ck_assert_uint_eq(parsed->n_reports, 1);
		r = &parsed->reports[0];
		ck_assert_str_eq(r->victim.name, name);
		ck_assert_uint_eq(r->victim.pid, 812);
		ck_assert_uint_eq(r->victim.uid, 1000);
		ck_known(r->victim.anon_bytes, 100000 * 1024);
		ck_known(r->victim.virtual_bytes, 160000 * 1024);
		ck_assert_str_eq(r->oom_memcg, "/slurm/job_1");
		ck_assert_str_eq(r->task_memcg, STEP);
		ck_assert_uint_eq(r->n_rows, 1);
		ck_known(parsed->rows[0].anon_bytes, 24000 * UINT64_C(4096));
		/* In the table, blanks around a name are layout. */
		if (name[strspn(name, " ")] && name[0] != ' ' &&
		    name[strlen(name) - 1] != ' ')
			ck_assert_str_eq(parsed->rows[0].name, name);
	}
}
END_TEST

/*
 * A name that looks like a line of a report, of a process that only asked for
 * memory.  A report begins there all the same.
 */
START_TEST(hostile_invoker)
{
	static const char *const names[] = { "[ pid ] x", "[   1] x", "[",
					     "memory: usage 1",
					     "swap: usage 1" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char text[4096];

		/* Of the report before it the end was lost. */
		(void)snprintf(
			text, sizeof(text),
			LINE(INVOKED) LINE(HEAD_5_10) LINE(
				"[5] 1000 5 9 9 0 0 0 old") " 0 %s invoked "
							    "oom-killer: "
							    "gfp_mask=0xcc0("
							    "GFP_KERNEL),"
							    " order=0, "
							    "oom_score_adj="
							    "0\n" LINE(HEAD_5_10) LINE(
								    "[812] "
								    "1000 812 "
								    "9 9 0 0 0 "
								    "new")
								    LINE(SUMMARY(
									    STEP,
									    "ne"
									    "w"))
									    AT("1",
									       KILLED("812",
										      "new")),
			names[i]);
		parse(text);
		ck_assert_uint_eq(parsed->n_reports, 1);
		ck_assert_msg(parsed->reports[0].n_rows == 1,
			      "%s: %u rows in the report", names[i],
			      parsed->reports[0].n_rows);
		ck_assert_str_eq(
			parsed->rows[parsed->reports[0].first_row].name, "new");
	}
}
END_TEST

START_TEST(global_oom)
{
	parse(LINE(INVOKED) LINE(HEAD_5_10) LINE("[1] 0 1 9 9 0 0 -1000 sshd")
		      LINE("oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null)"
			   ",cpuset=/,"
			   "mems_allowed=0,global_oom,task_memcg=" STEP
			   ",task=python3,pid=812,uid=1000")
			      AT("9",
				 "Out of memory: Killed process 812 (python3) "
				 "total-vm:1kB, anon-rss:1kB, file-rss:0kB, "
				 "shmem-rss:0kB, UID:1000 pgtables:1kB "
				 "oom_score_adj:0"));
	ck_assert_uint_eq(parsed->n_reports, 1);
	ck_assert_int_eq(parsed->reports[0].constraint, OOM_CONSTRAINT_NONE);
	ck_assert_str_eq(parsed->reports[0].oom_memcg, "");
	ck_assert_str_eq(parsed->reports[0].task_memcg, STEP);
	parse(AT("9", "Out of memory: Killed process 812 (python3) "
		      "total-vm:1kB"));
	ck_assert_int_eq(parsed->reports[0].constraint, OOM_CONSTRAINT_NONE);
}
END_TEST

START_TEST(constraints)
{
	static const struct {
		const char *word;
		enum oom_constraint constraint;
	} words[] = {
		{ "CONSTRAINT_MEMCG", OOM_CONSTRAINT_MEMCG },
		{ "CONSTRAINT_NONE", OOM_CONSTRAINT_NONE },
		{ "CONSTRAINT_CPUSET", OOM_CONSTRAINT_NUMA },
		{ "CONSTRAINT_MEMORY_POLICY", OOM_CONSTRAINT_NUMA },
	};

	for (size_t i = 0; i < 4; i++) {
		char text[512];

		(void)snprintf(text, sizeof(text),
			       " 0 oom-kill:constraint=%s,nodemask=(null)\n"
			       " 1 " KILLED("1", "a") "\n",
			       words[i].word);
		parse(text);
		ck_assert_int_eq(parsed->reports[0].constraint,
				 words[i].constraint);
	}
	/* An unheard-of one: the last line still tells. */
	parse(LINE("oom-kill:constraint=CONSTRAINT_X,nodemask=(null)")
		      AT("1", KILLED("1", "a")));
	ck_assert_int_eq(parsed->reports[0].constraint, OOM_CONSTRAINT_MEMCG);
}
END_TEST

/* memory.oom.group: one report, a line for each that dies. */
START_TEST(group_kill)
{
	parse(LINE(INVOKED) LINE("memory: usage 5kB, limit 5kB, failcnt 1")
		      LINE(HEAD_5_10) LINE("[1] 1000 1 9 9 0 0 0 a") LINE(
			      SUMMARY(STEP "/task_0", "a")) AT("10",
							       KILLED("1", "a"))
			      LINE("Tasks in " STEP
				   " are going to be killed due to "
				   "memory.oom.group set")
				      AT("11", KILLED("2", "b"))
					      AT("12", KILLED("3", "c")));
	ck_assert_uint_eq(parsed->n_reports, 3);
	for (unsigned int i = 0; i < 3; i++) {
		ck_assert(parsed->reports[i].group_kill);
		ck_assert_uint_eq(parsed->reports[i].victim.pid, i + 1);
		ck_assert_str_eq(parsed->reports[i].task_memcg, STEP "/task_0");
	}
	ck_assert_uint_eq(parsed->reports[0].n_rows, 1);
	ck_assert_uint_eq(parsed->reports[1].n_rows, 0);
}
END_TEST

/* A second kill without a report must not inherit the first one's. */
START_TEST(rate_limited)
{
	parse(LINE(INVOKED) LINE("memory: usage 5kB, limit 5kB, failcnt 1")
		      LINE(HEAD_5_10) LINE("[1] 1000 1 9 9 0 0 0 a")
			      LINE(SUMMARY(STEP, "a"))
				      AT("10", KILLED("1", "a"))
					      AT("11", KILLED("2", "b")));
	ck_assert_uint_eq(parsed->n_reports, 2);
	ck_assert_str_eq(parsed->reports[1].task_memcg, "");
	ck_assert_uint_eq(parsed->reports[1].n_rows, 0);
	ck_unknown(parsed->reports[1].memory.usage_bytes);
	ck_assert(!parsed->reports[1].group_kill);
}
END_TEST

START_TEST(two_reports)
{
	parse(LINE(INVOKED) LINE(HEAD_6_8) LINE("[1] 1000 1 9 9 8 1 0 0 0 0 a")
		      LINE(SUMMARY(STEP, "a")) AT("10", KILLED("1", "a"))
			      LINE(INVOKED) LINE(HEAD_5_10)
				      LINE("[2] 1000 2 9 7 0 0 0 b") LINE(
					      SUMMARY(STEP, "b"))
					      AT("11", KILLED("2", "b")));
	ck_assert_uint_eq(parsed->n_reports, 2);
	ck_assert_uint_eq(parsed->reports[1].first_row, 1);
	ck_assert_uint_eq(parsed->reports[1].n_rows, 1);
	ck_known(parsed->rows[1].rss_bytes, 7 * 4096);
	ck_unknown(parsed->rows[1].anon_bytes);
}
END_TEST

START_TEST(no_kill_no_report)
{
	parse(LINE(INVOKED) LINE(HEAD_5_10) LINE("[1] 1000 1 9 9 0 0 0 a")
		      LINE(SUMMARY(STEP, "a")));
	ck_assert_uint_eq(parsed->n_reports, 0);
	parse("");
	ck_assert_uint_eq(parsed->n_reports, 0);
	parse(" \n\n x\n 1\n");
	ck_assert_uint_eq(parsed->n_reports, 0);
}
END_TEST

START_TEST(many_reports)
{
	char text[16384];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	for (int i = 0; i < 12; i++)
		oom_buf_printf(&buf, " %d " KILLED("%d", "a") "\n", i + 1,
			       i + 1);
	parse(text);
	ck_assert_uint_eq(parsed->n_reports, OOM_REPORTS_MAX);
	ck_assert_uint_eq(parsed->n_reports_left_out, 12 - OOM_REPORTS_MAX);
	ck_assert_uint_eq(parsed->reports[0].victim.pid, 1);
}
END_TEST

/* Rows beyond the struct's room are counted, not written. */
START_TEST(many_rows)
{
	static char text[1 << 20];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	for (int r = 0; r < 12; r++) {
		oom_buf_puts(&buf, LINE(INVOKED) LINE(HEAD_5_10));
		for (int i = 0; i < 200; i++)
			oom_buf_printf(&buf, " 0 [%d] 0 1 9 9 0 0 0 a\n",
				       i + 1);
		oom_buf_puts(&buf, AT("1", KILLED("1", "a")));
	}
	ck_assert(!buf.truncated);
	parse(text);
	ck_assert_uint_eq(parsed->n_rows, OOM_ROWS_MAX);
	for (unsigned int i = 0; i < parsed->n_reports; i++) {
		ck_assert_uint_le(parsed->reports[i].n_rows, OOM_TABLE_MAX);
		ck_assert_uint_eq(parsed->reports[i].n_rows +
					  parsed->reports[i].n_rows_left_out,
				  200);
	}
}
END_TEST

START_TEST(rows_left_out)
{
	parse(LINE(HEAD_5_10) LINE("[1] 0 1 9 9 0 0 0 a") LINE(
		"task table rows left out: 17") AT("1", KILLED("1", "a")));
	ck_assert_uint_eq(parsed->reports[0].n_rows_left_out, 17);
	parse(LINE("task table rows left out: x")
		      LINE("task table rows left out: 99999999999")
			      AT("1", KILLED("1", "a")));
	ck_assert_uint_eq(parsed->reports[0].n_rows_left_out, 0);
}
END_TEST

/* Composition before 5.18: the kernel's own memory is a sum of lines. */
START_TEST(kernel_memory_of_old_kernels)
{
	parse(LINE("Memory cgroup stats for /x:") LINE("anon 1")
		      LINE("kernel_stack 16384") LINE("slab 4096")
			      AT("1", KILLED("1", "a")));
	ck_known(parsed->reports[0].memory.kernel_bytes, 20480);
}
END_TEST

TESTS("kernel_log", collects_a_report, nothing_to_collect, bounded_by_records,
      records_lost_to_the_ring, dictionary_lines, another_jobs_report,
      neighbours_with_names_like_ours, name_that_claims_a_path,
      neighbours_group_kill, stats_of_5_10, interleaved_records,
      long_tables_keep_the_largest, small_captures, file_in_place_of_kmsg,
      within, table_of_5_10, table_of_6_8, larger_pages, garbled_rows,
      rows_without_a_header, killed_line, garbled_killed_lines, hostile_names,
      hostile_invoker, global_oom, constraints, group_kill, rate_limited,
      two_reports, no_kill_no_report, many_reports, many_rows, rows_left_out,
      kernel_memory_of_old_kernels)
