/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tell: from the captured evidence to the block in the user's file.
 *
 * Runs in the child (child.h), as the job's user.  Where the block goes:
 *
 *  - a batch or interactive step, or a step on a node where no batch step runs:
 *    the stream that its task had, else the task's standard error;
 *  - a step on the batch step's node whose stream ends in the job's STDOUT, or
 *    where that is not known (a pipe in the script): that stream; the batch
 *    step looks at its end whether the block has arrived;
 *  - such a step with a file of its own: a line in it that points to the job's
 *    STDOUT, where the batch step puts the block at its end.
 *
 * The batch step's end, and the epilog hook where slurmstepd died, put all
 * blocks that are missing into the job's STDOUT.
 */
#ifndef OOM_TELL_H
#define OOM_TELL_H

#include "child.h"
#include "findings.h"
#include "spool.h"

#define OOM_OTHERS_MAX	  16
#define OOM_TELL_TEXT_MAX (192 << 10)

/* What srun knew of its own standard output (see spank_oom.c). */
struct oom_sink {
	bool known;
	bool own_file; /* srun --output, or a file that its stdout is */
	uint32_t mode;
	uint64_t dev, ino;
};

struct oom_tale {
	int proc_fd;
	int kmsg_fd; /* /dev/kmsg, O_NONBLOCK; -1: none */
	/* Where to write: given, or taken over, or reopened. */
	int out_fd, err_fd; /* the task's own; -1: none */
	bool takes;	    /* take those of `wanted_task` from `socket_fd` */
	int socket_fd;
	uint32_t wanted_task;
	const struct oom_stream *reopen_out,
		*reopen_err;   /* the epilog hook's */
	uint64_t search_from;  /* others' blocks are looked for behind this */
	struct oom_spool *own; /* the step to tell of; or NULL */
	struct oom_spool
		*batch; /* of another step: the batch step's, or NULL */
	struct oom_sink sink;
	struct oom_spool *others[OOM_OTHERS_MAX]; /* must stand in out_fd */
	unsigned int n_others;
	bool reads_for_others; /* their kernel log is still to be read */
	/* 1 + n_others zeroed structs (oom_tell_as_user() gives them). */
	struct oom_findings *scratch;
	/*
	 * Room for the whole capture, OOM_TELL_TEXT_MAX bytes: that of `own`
	 * stands there in the end.  NULL: oom_tell_as_user() gives it.
	 */
	struct oom_buf *text;
};

enum oom_told_where {
	OOM_TOLD_NOTHING, /* nothing was killed */
	OOM_TOLD_STDOUT,
	OOM_TOLD_STDERR, /* standard output was gone */
	OOM_TOLD_LATER,	 /* the batch step will put it into the job's STDOUT */
	OOM_TOLD_NOWHERE,
};

/* Comes back from the child: for the admin's log. */
struct oom_told {
	int32_t where; /* enum oom_told_where, of `own` */
	int32_t error; /* -errno of its standard output, or 0 */
	int32_t others_written, others_lost;
	char cause[32], confidence[8];
};

/* `tale` is a struct oom_tale, `told` a struct oom_told: for oom_child_run(). */
void oom_tell(void *tale, void *told);

/* Maps room for a tale's text; 0 or -ENOMEM.  munmap(2) it. */
int oom_tell_map_text(struct oom_buf *text);

/*
 * Runs oom_tell() in a child as that user, with scratch memory of its own.
 * Returns what oom_child_run() does; `wait` as there.  The child lives for
 * OOM_TELL_LIFE_S at the most.
 */
#define OOM_TELL_LIFE_S 10
int oom_tell_as_user(struct oom_tale *tale,
		     const struct oom_spool_identity *user, int home_fd,
		     int wait_ms, struct oom_told *told,
		     struct oom_child_wait *wait);

/*
 * The notice that the step goes on after a kill, into the first task's standard
 * output, which stays in the queue.  `text` holds what is known so far (its
 * own; the child adds the kernel's report).  As oom_tell_as_user().
 */
int oom_tell_notice(int proc_fd, int socket_fd, int kmsg_fd, int home_fd,
		    const struct oom_spool *spool, struct oom_buf *text);

#endif
