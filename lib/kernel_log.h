/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_log: the kernel's own OOM report, out of /dev/kmsg.
 *
 * Source: mm/oom_kill.c and mm/memcontrol.c, Linux 5.10 to 7.2.  One kill is
 *	NAME invoked oom-killer: gfp_mask=..., order=0, oom_score_adj=0
 *	memory: usage 102400kB, limit 102400kB, failcnt 137
 *	Memory cgroup stats for PATH: anon 96800768 file 0 ...
 *	[  pid  ]   uid  tgid total_vm rss [rss_anon ...] pgtables_bytes ... name
 *	[    812]  1000   812    38912 24012 ... python3
 *	oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=P,task_memcg=P,task=...
 *	Memory cgroup out of memory: Killed process 812 (python3) total-vm:...kB
 * All but the last line is rate-limited (ten reports in five seconds) and the
 * table can be switched off (vm.oom_dump_tasks), so each part may be missing.
 * Columns of the table are found by their header: 6.8 added three.
 *
 * /dev/kmsg escapes what is not printable (Documentation/ABI/testing/dev-kmsg),
 * so a process name cannot forge a line of its own.
 */
#ifndef OOM_KERNEL_LOG_H
#define OOM_KERNEL_LOG_H

#include "cgroup.h"

#define OOM_TABLE_MAX 64

/*
 * Reads records from `kmsg_fd` (O_NONBLOCK) to its end and adds the lines of
 * the OOM reports whose victim was below `step_path` to the capture as section
 * "kernel log", each behind its time in microseconds.  Kills without a report
 * (rate-limited) are added whosever they are; the pid and uid tell.  Of a long
 * task table the largest rows are kept.  Bounded by `max_records`; records lost
 * to the ring are passed over.  0, or -errno when nothing could be read.
 * Needs about 64 KiB of stack.
 */
int oom_kernel_log_collect(struct oom_buf *capture, int kmsg_fd,
			   const char *step_path, unsigned int max_records);

/* Is the kernel's path the cgroup `path`, or below it? */
bool oom_kernel_path_within(const char *kernel_path, const char *path);

#define OOM_NAME_MAX 32 /* comm is 15 characters, kernel threads' longer */

struct oom_process {
	uint32_t pid, uid;
	char name[OOM_NAME_MAX];
	struct oom_reading virtual_bytes;
	struct oom_reading rss_bytes; /* all three below together */
	struct oom_reading anon_bytes, file_bytes, shmem_bytes;
	struct oom_reading swap_bytes;
	int64_t oom_score_adj;
};

enum oom_constraint {
	OOM_CONSTRAINT_UNKNOWN,
	OOM_CONSTRAINT_MEMCG, /* a cgroup's limit */
	OOM_CONSTRAINT_NONE,  /* the whole node */
	OOM_CONSTRAINT_NUMA   /* cpuset or memory policy: some of its memory */
};

struct oom_report {
	struct oom_reading when_us; /* printk's clock: since boot */
	enum oom_constraint constraint;
	char oom_memcg[OOM_CGROUP_PATH_MAX];  /* whose limit; may be empty */
	char task_memcg[OOM_CGROUP_PATH_MAX]; /* the victim's; may be empty */
	bool group_kill; /* memory.oom.group: all of them were killed */
	bool complete;	 /* the "Killed process" line was seen */
	struct oom_process victim;
	struct oom_level memory; /* composition, usage and limit of oom_memcg */
	/* The task table: rows[first_row .. first_row + n_rows). */
	unsigned int first_row, n_rows, n_rows_left_out;
};

#define OOM_REPORTS_MAX 8
#define OOM_ROWS_MAX	(OOM_REPORTS_MAX * OOM_TABLE_MAX)

struct oom_kernel_log {
	struct oom_report reports[OOM_REPORTS_MAX];
	unsigned int n_reports, n_reports_left_out;
	struct oom_process rows[OOM_ROWS_MAX];
	unsigned int n_rows;
};

/*
 * Parses a "kernel log" section (or lines like it).  Never fails: what cannot
 * be understood is not there.  page_bytes scales the table's pages.
 */
void oom_kernel_log_parse(struct oom_kernel_log *log, struct oom_span text,
			  uint64_t page_bytes);

#endif
