/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * history: questions to the flight record, up to the first kill.
 *
 * Pure; everything is found in findings->history and the kernel's report.
 */
#ifndef OOM_HISTORY_H
#define OOM_HISTORY_H

#include "findings.h"
#include "shape.h"

/* One process at the kill, from all who saw it. */
struct oom_member {
	uint32_t pid;
	uint32_t ppid; /* 0: nobody knows */
	char name[OOM_NAME_MAX];
	uint64_t bytes; /* its own: anonymous memory */
	bool is_task;	/* srun's own child: a rank */
};

#define OOM_MEMBERS_MAX 128

struct oom_members {
	struct oom_member of[OOM_MEMBERS_MAX]; /* largest first */
	unsigned int n;
	uint64_t total_bytes; /* the sum; pages shared by fork count twice */
};

/* When the first kill happened, in the record's milliseconds. */
struct oom_reading oom_kill_ms(const struct oom_findings *findings,
			       const struct oom_report *report);

/*
 * The user's processes at the first kill: the kernel's table, where there is
 * one, with the parents that the recorder saw; else the recorder's last look.
 */
void oom_members_find(const struct oom_findings *findings,
		      const struct oom_report *report, struct oom_members *ret);

const struct oom_member *oom_member_by_pid(const struct oom_members *members,
					   uint32_t pid);

/* The track of a process; NULL: it was not seen in detail. */
const struct oom_track *oom_history_track(const struct oom_findings *findings,
					  uint32_t pid);

/*
 * How the process grew, up to the kill, with what the kernel's report adds.
 * As oom_shape_of().
 */
bool oom_history_shape(const struct oom_findings *findings,
		       const struct oom_report *report,
		       const struct oom_track *track, struct oom_shape *ret);

/*
 * The process that grew most since the step used half of what it did in the
 * end; NULL: nobody was seen to grow.  `ret_percent`: its part of all growth,
 * to which all counts of a member that nobody saw before.
 */
const struct oom_track *oom_history_grower(const struct oom_findings *findings,
					   const struct oom_report *report,
					   const struct oom_members *members,
					   unsigned int *ret_percent);

/* KiB that the process grew by from that moment to the kill; 0: not seen. */
uint64_t oom_history_grown(const struct oom_findings *findings,
			   const struct oom_report *report, uint32_t pid,
			   uint32_t since_ms);

/* The last look at the step before the first kill; NULL: none. */
const struct oom_series_point *
oom_history_last(const struct oom_findings *findings,
		 const struct oom_report *report);

/* The file that the process read furthest, while it grew; -1: none. */
int oom_history_file(const struct oom_findings *findings, uint32_t pid,
		     uint32_t since_ms);

/*
 * What it reads may be a file's all the same: another process was seen to read
 * so many bytes of one (a shell reads its script, which is less).
 */
bool oom_history_fed(const struct oom_findings *findings, uint32_t pid,
		     uint32_t since_ms, uint64_t least_bytes);

/* Its standard input is a pipe. */
bool oom_history_piped(const struct oom_findings *findings, uint32_t pid);

/*
 * At how many looks since then it was seen to have opened another file for
 * reading, at least (the record keeps the last few); which is the last.
 */
unsigned int oom_history_opened(const struct oom_findings *findings,
				uint32_t pid, uint32_t since_ms, int *ret_last);

#endif
