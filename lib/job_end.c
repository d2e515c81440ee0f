// SPDX-License-Identifier: GPL-2.0-or-later
#include "job_end.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "evidence.h"
#include "tell.h"

#define EPILOG_WAIT_MS 5000
#define STEPD_WAIT_MS  2000
#define ROUNDS_MAX     256

static void capture_task(void *arg, uint64_t local_id,
			 struct oom_evidence_task *task)
{
	if (local_id < OOM_TASKS_MAX)
		oom_evidence_task(arg, (unsigned int)local_id, task);
}

/* slurmstepd died before it could look: look now, as far as that goes. */
static void pick_up(struct oom_spool *spool, int proc_fd)
{
	struct oom_buf buf = { .ptr = spool->capture,
			       .cap = OOM_SPOOL_CAPTURE_MAX,
			       .len = atomic_load(&spool->base_len) };
	int mount_fd = oom_hierarchy_open(&spool->identity.hierarchy);

	if (buf.len > OOM_SPOOL_CAPTURE_MAX)
		buf.len = 0;
	oom_evidence_levels(&buf, spool, mount_fd, proc_fd);
	if (mount_fd >= 0 && atomic_load(&spool->placed)) {
		struct oom_reading other_kills = { 0 };

		/* On v1 only the tasks' own folders have counted the kills. */
		oom_evidence_each_task(spool, mount_fd, capture_task, &buf);
		oom_evidence_each_task(spool, mount_fd, oom_evidence_add_other,
				       &other_kills);
		oom_evidence_other(&buf, other_kills);
	}
	if (mount_fd >= 0)
		(void)close(mount_fd);
	atomic_store(&spool->capture_len, (uint32_t)buf.len);
}

/* A child that slurmstepd did not wait for may still be writing. */
static void wait_for_writer(struct oom_spool *spool, int proc_fd,
			    uint64_t deadline_ms)
{
	const struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };
	uint32_t writing = OOM_SPOOL_WRITING;
	uint64_t start;

	while (atomic_load(&spool->state) == OOM_SPOOL_WRITING &&
	       oom_now_ms() < deadline_ms) {
		pid_t writer = atomic_load(&spool->writer);

		if (writer && oom_process_start(proc_fd, writer, &start))
			break;
		(void)nanosleep(&nap, NULL);
	}
	/* It died in the middle: the file is looked into before it is redone. */
	(void)atomic_compare_exchange_strong(&spool->state, &writing,
					     OOM_SPOOL_CAPTURED);
}

/* slurmd sees the step gone a moment before its slurmstepd has exited. */
static bool still_lives(const struct oom_spool *spool, int proc_fd,
			uint64_t deadline_ms)
{
	const struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };

	while (oom_spool_stepd_lives(spool, proc_fd)) {
		if (oom_now_ms() >= deadline_ms)
			return true;
		(void)nanosleep(&nap, NULL);
	}
	return false;
}

/* One walk through the folder. */
struct round {
	struct oom_tale tale;
	char names[OOM_OTHERS_MAX][OOM_SPOOL_NAME_MAX];
	/* The batch step's file: where the job's output goes.  Goes last. */
	struct oom_spool *batch;
	char batch_name[OOM_SPOOL_NAME_MAX];
};

struct job_end {
	int dir_fd, proc_fd, kmsg_fd;
	uint32_t job_id;
	const char *node;
	char boot_id[OOM_BOOT_ID_LEN];
	uint64_t stepd_deadline_ms, writer_deadline_ms;
};

/* Takes one file into the round, or removes it, or leaves it alone. */
static void take(struct job_end *job, struct round *round, const char *name)
{
	struct oom_spool *spool = NULL;
	uint32_t state;
	int rc = oom_spool_open(job->dir_fd, name, job->boot_id, &spool);

	if (rc) {
		/* What must not be believed is only removed. */
		if (rc == -EBADMSG || rc == -ESTALE || rc == -EPROTO)
			(void)unlinkat(job->dir_fd, name, 0);
		return;
	}
	if (still_lives(spool, job->proc_fd, job->stepd_deadline_ms)) {
		oom_spool_close(spool);
		return;
	}
	wait_for_writer(spool, job->proc_fd, job->writer_deadline_ms);
	state = atomic_load(&spool->state);
	if (state == OOM_SPOOL_OPEN)
		pick_up(spool, job->proc_fd);
	if (!strcmp(spool->identity.step, "batch") && !round->batch) {
		round->batch = spool;
		memcpy(round->batch_name, name, strlen(name) + 1);
	} else if (state == OOM_SPOOL_DONE || state == OOM_SPOOL_TOLD) {
		(void)unlinkat(job->dir_fd, name, 0);
		oom_spool_close(spool);
	} else {
		memcpy(round->names[round->tale.n_others], name,
		       strlen(name) + 1);
		round->tale.others[round->tale.n_others++] = spool;
	}
}

static void gather(struct job_end *job, struct round *round)
{
	DIR *dir = oom_list_folder(job->dir_fd);
	struct dirent *entry;

	while (dir && round->tale.n_others < OOM_OTHERS_MAX - 1 &&
	       (entry = readdir(dir)))
		if (oom_spool_is_of(entry->d_name, job->job_id, job->node) &&
		    strlen(entry->d_name) < OOM_SPOOL_NAME_MAX &&
		    strcmp(entry->d_name, round->batch_name) != 0)
			take(job, round, entry->d_name);
	if (dir)
		(void)closedir(dir);
}

/* Tells `tale` into the streams of one step. */
static int tell_into(struct job_end *job, struct oom_tale *tale,
		     const struct oom_spool *where, struct oom_told *told)
{
	struct oom_told now = { 0 };
	int rc;

	tale->proc_fd = job->proc_fd;
	tale->kmsg_fd = job->kmsg_fd;
	tale->out_fd = tale->err_fd = -1;
	tale->reads_for_others = true;
	tale->reopen_out = &where->out;
	tale->reopen_err = &where->err;
	tale->search_from = where->out.size;
	rc = oom_tell_as_user(tale, &where->identity, -1, EPILOG_WAIT_MS, &now,
			      NULL);
	told->others_written += now.others_written;
	told->others_lost += now.others_lost;
	return rc;
}

/* The job's output file for all, else each step's own. */
static int tell_round(struct job_end *job, struct round *round,
		      struct oom_told *told)
{
	struct oom_tale tale = round->tale;
	int rc = 0;

	if (round->batch) {
		uint32_t state = atomic_load(&round->batch->state);

		if (state != OOM_SPOOL_DONE && state != OOM_SPOOL_TOLD)
			tale.others[tale.n_others++] = round->batch;
		if (tale.n_others)
			rc = tell_into(job, &tale, round->batch, told);
	}
	for (unsigned int i = 0; !round->batch && i < tale.n_others; i++) {
		struct oom_tale one = { .others = { tale.others[i] },
					.n_others = 1 };
		int failed = tell_into(job, &one, tale.others[i], told);

		rc = rc ? rc : failed;
	}
	for (unsigned int i = 0; i < round->tale.n_others; i++) {
		oom_spool_close(round->tale.others[i]);
		(void)unlinkat(job->dir_fd, round->names[i], 0);
	}
	return rc;
}

static int tell_all(struct job_end *job, struct oom_told *told)
{
	struct round round = { .batch = NULL };
	int rc = 0;

	for (int rounds = 0; rounds < ROUNDS_MAX; rounds++) {
		int failed;

		memset(&round.tale, 0, sizeof(round.tale));
		gather(job, &round);
		failed = tell_round(job, &round, told);
		rc = rc ? rc : failed;
		if (round.tale.n_others < OOM_OTHERS_MAX - 1)
			break;
	}
	if (round.batch) {
		oom_spool_close(round.batch);
		(void)unlinkat(job->dir_fd, round.batch_name, 0);
	}
	return rc;
}

int oom_job_ended(const struct oom_roots *roots, uint32_t job_id,
		  const char *node)
{
	struct job_end job = { .job_id = job_id, .node = node };
	struct oom_told told = { 0 };
	int rc;

	job.dir_fd = oom_roots_spool(roots, false);
	if (job.dir_fd < 0)
		return job.dir_fd == -ENOENT ? 0 : job.dir_fd;
	job.proc_fd = oom_roots_proc(roots);
	job.kmsg_fd = open(roots->kmsg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	job.stepd_deadline_ms = oom_now_ms() + STEPD_WAIT_MS;
	job.writer_deadline_ms = oom_now_ms() + OOM_TELL_LIFE_S * 1000;
	rc = job.proc_fd < 0 ? job.proc_fd
			     : oom_boot_id(job.proc_fd, job.boot_id);
	if (!rc)
		rc = tell_all(&job, &told);
	if (job.kmsg_fd >= 0)
		(void)close(job.kmsg_fd);
	if (job.proc_fd >= 0)
		(void)close(job.proc_fd);
	(void)close(job.dir_fd);
	if (!rc && told.others_lost)
		rc = -ENOSPC;
	return rc ? rc : told.others_written;
}
