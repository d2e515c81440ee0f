/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules: what a cause rests on.  One function for each, true when its evidence
 * stands: then the diagnosis holds it, with the confidence.  oom_diagnose()
 * asks them in order.  Every threshold stands here, with its reason.
 *
 * composition.c	by what the memory is, and whose
 * manner.c		by how one process grew
 *
 * Pure, as diagnose.h.
 */
#ifndef OOM_RULES_H
#define OOM_RULES_H

#include "diagnose.h"

/*
 * The rules' thresholds, all in one place.  Measured on real kills (kernel
 * 6.18 and 6.1): a tmpfs victim held 1 MB of a charge that was 99% shmem; four
 * forked workers differed by a few percent.
 */
enum {
	/* Files in memory explain the kill from this share of the limit on... */
	TMPFS_SHARE = 40,
	/* ...or, being the largest part, from this one. */
	TMPFS_LARGEST_SHARE = 25,
	/* Copies of one worker: at least so many, with so much of it... */
	WORKERS_MIN = 3,
	WORKERS_SHARE = 60,
	/* Forked: so much of all they have copied of what they shared. */
	COPIED_SHARE = 20,
	/* ...and alike: coefficient of variation in percent; when they have one
	 * parent they may be further apart (each has its own piece of work). */
	WORKERS_CV = 35,
	SIBLINGS_CV = 60,
	/* A process below this part of its namesakes' largest is their parent,
	 * or just starting: not one of the copies. */
	WORKERS_SIMILAR = 3,
	/* A step whose own peak is below this share of the group's sum does not
	 * hold the whole group: it is spread over several steps. */
	WORKERS_IN_STEP = 70,
	/* All processes together claim so much more than is charged: shared. */
	SHARED_PERCENT = 5,
	/* One rank out of line: so many ranks, so many times the others' median,
	 * and what it has more than that is so much of all of it. */
	RANKS_MIN = 4,
	RANK_FACTOR = 3,
	RANK_EXCESS = 33,
	/* Of two or three ranks on a node chance is not so easily told apart. */
	FEW_RANKS_FACTOR = 4,
	FEW_RANKS_EXCESS = 45,
	/* A JVM with so much of it is the cause for certain. */
	JVM_SURE = 85,
	/* At least so much, and more than its heap may have, is not its heap (a
	 * JVM at rest needs some 40 MiB). */
	JVM_BESIDE_MIB = 64,
	/* One process is the story when it holds this share. */
	SINGLE_SHARE = 60,
	/* Below this share of every limit the job cannot be the cause. */
	LIMIT_NEAR = 95,

	/*
	 * The rules on how one process grew.  The grower did most of it.
	 */
	GROWER_SHARE = 60,
	GROWER_ALONE = 80, /* so much, and nobody else counts */
	/* A process with so much of it that was not seen in detail. */
	UNSEEN_SHARE = 5,
	/* Several programs: the second has at least this part of all, and the
	 * first did less than this part of the growth. */
	SECOND_SHARE = 20,
	SEVERAL_GROWTH = 70,
	/* A request: so much of the limit was asked for and not touched. */
	REQUEST_PARTS = 8,
	/* One jump far over the limit: what is in use and what was asked for
	 * are at least so many percent of it; less, and it is a job that needs
	 * somewhat more... */
	SUDDEN_PERCENT = 175,
	SUDDEN_SURE_PERCENT = 300,
	/* ...unless it came after most of its life, and was quick, or... */
	SUDDEN_LATE_PERCENT = 150,
	/* ...is at least half of the limit in one piece. */
	SUDDEN_LATE_PARTS = 2,
	/* ...that is filled, and not worked through: it takes less than so many
	 * times what touching new memory takes. */
	SUDDEN_YARDS = 3,
	/* A file that is kept: so much of the late growth came while reading... */
	LOAD_GROWTH = 50,
	LOAD_GROWTH_SURE = 85,
	/* ...at least one byte read for so many of growth (text becomes objects
	 * of 5 to 20 times its size; compressed text of more)... */
	LOAD_INFLATES = 40,
	LOAD_UNPACKS = 160, /* ...of a whole file, were it compressed... */
	/* ...and one byte of growth for so many read, or it is streamed. */
	LOAD_KEEPS = 3,
	/* Between reads it may grow: so much of it, all the same. */
	LOAD_LUMPS = 3,
	/* Without a file that was seen it is not known to be one's... */
	LOAD_UNSEEN_INFLATES = 12,
	/* ...but another file at so many looks, until the end, is what it is
	 * made of, also where no read(2) counts it: files that are mapped. */
	LOAD_FILES = 5,
	LOAD_FILES_END_PARTS = 4,
	/* So many may be. */
	LOAD_FILES_MAYBE = 2,
	/* A request of so many times what was read is another's. */
	LOAD_JUMP = 4,
	/* Read again and again: looks at which it had moved, and so many times
	 * as much was read as it was seen to get to. */
	AGAIN_MOVES = 5,
	AGAIN_TIMES = 20,
	LOAD_MOVES = 3, /* so often its position was seen to move */
	/* A file that was read to its end, at least this part of the limit. */
	LOADED_PARTS = 20,
	/* A request as large as a file, in percent: some of it was touched
	 * before the next look. */
	TWIN_LEAST = 75,
	TWIN_MOST = 106,
	/* A file that was read to its end, and what is made of it: the file is
	 * at least this part of the limit, and it grew so many times. */
	MADE_OF_PARTS = 10,
	MADE_OF_TIMES = 8,
	/* Plan or loop: an array of at least a seventh of the limit is planned
	 * for certain, one of a twelfth most likely, and perhaps one of a
	 * twentieth (a loop goes round more often); so are, most likely, up to
	 * seven stages with pauses between... */
	PLAN_SURE_PARTS = 7,
	PLAN_LIKELY_PARTS = 12,
	PLAN_PARTS = 20,
	PLAN_STAGES = 7,
	/* ...but not where it went on with other work again and again between
	 * two of them, as a loop does that keeps one every few rounds (smaller
	 * ones may be single: a table that doubles). */
	PLAN_ROUNDS = 5,
	/* What a loop keeps each time is small. */
	LOOP_PARTS = 40,
	/* A loop: it sleeps or waits so much of its time, or computes so long
	 * for each MiB that it keeps (filling memory takes 1 ms, building
	 * objects of Python or Perl up to 10). */
	LOOP_IDLE = 30,
	LOOP_IDLE_SURE = 75,
	LOOP_SLEEPS = 6, /* and so often: a busy node makes anybody wait */
	LOOP_SLEEPS_SURE = 50,
	/* ...or it slept again and again all the while, however short that was
	 * against the time that new pages take on a slow machine... */
	LOOP_BETWEEN = 80,
	LOOP_BETWEEN_SLEEPS = 20,
	/* ...and never grew by more than this part of it between two looks:
	 * what looks like stages then are the machine's pauses. */
	LOOP_LOOKS = 12,
	LOOP_US_PER_MIB = 12000,
	LOOP_US_SURE = 3, /* so many times that, for certain */
	/* ...and the same each time: what it grew in its last third for a turn,
	 * or for CPU time, of what it did in the first, in percent.  Data that takes long to compute gets cheaper or dearer. */
	LOOP_WORK = 80,
	LOOP_WORK_MOST = 120,
	LOOP_WORK_SURE = 90,
	LOOP_WORK_SURE_MOST = 110,
	/* ...and so many times what filling it takes on this machine. */
	LOOP_YARDS = 4,
	PAGES_PER_MIB = 256,
	/*
	 * Neither a plan nor a loop shows.  What leaves more than a hundredth
	 * of the limit untouched at a look has tables or rows of some size, and
	 * what gets cheaper does not do the same each time: data that is built.
	 * What computes nothing at all fills memory, and no more.  Else small
	 * things are kept one by one, as a leak does; and where each takes a
	 * loop's computing, it need not be the same each time.
	 */
	CRUMB_PARTS = 100,
	CRUMB_WORK = 110,
	/* A pace that goes on: the last third against the first, in percent. */
	PACE_GOES_ON = 50,
	TURNS_GO_ON = 60,  /* the same, by turns of a loop... */
	WORK_GOES_ON = 70, /* ...and by CPU time */
	SLOWS_ON = 85,	   /* ...and against the second: not a start alone */
	PACE_STEADY = 80,
	PACE_STEADY_MOST = 400,
	/* Turns of a loop that bring more and more are a table on its way. */
	TURNS_STEADY_MOST = 160,
	LOOKS_SURE = 10,
	LOOKS_LIKELY = 7, /* fewer show growth, but hardly how it came */
	/* More than this part of the growth came after the last look at it: how
	 * it grew was not seen. */
	UNSEEN_PARTS = 4,
	/* This part of it between two looks: nobody can be certain. */
	BLIND_PARTS = 2,
};

typedef bool oom_rule(const struct oom_findings *findings,
		      struct oom_diagnosis *diagnosis);

oom_rule oom_is_node, oom_is_tmpfs, oom_is_rank, oom_is_jvm, oom_is_workers,
	oom_is_several;
oom_rule oom_is_load, oom_is_sudden, oom_is_leak, oom_is_need;

/* One of the ranks of an MPI program, by srun or by a launcher. */
bool oom_is_a_rank(const struct oom_members *members,
		   const struct oom_member *member);

/*
 * Of what grew in the last half of the grower's time the largest part that one
 * process did, in percent: others may have stood there for long.  0: some were
 * not seen, which is not the same as not grown.
 */
uint64_t oom_late_share(const struct oom_findings *findings,
			const struct oom_diagnosis *diagnosis);

/* Sorts them; of none there is no median. */
uint64_t oom_median(uint64_t *values, unsigned int n);

static inline bool oom_at_least(uint64_t part, uint64_t percent, uint64_t whole)
{
	/* In percent of KiB, so that nothing overflows. */
	return whole && part / 1024 * 100 >= whole / 1024 * percent;
}

/* Of the kernel's table. */
static inline uint64_t oom_row_bytes(const struct oom_process *p)
{
	/* Shared pages would count once for each process: anon where known. */
	if (p->anon_bytes.known)
		return p->anon_bytes.value;
	return oom_value_or(p->rss_bytes, 0);
}

#endif
