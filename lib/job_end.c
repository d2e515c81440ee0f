// SPDX-License-Identifier: GPL-2.0-or-later
#include "job_end.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "evidence.h"
#include "tell.h"

#define EPILOG_WAIT_MS 5000

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

/* The job's STDOUT, or else the first of its steps' own files. */
static const struct oom_stream *find_output(const struct oom_tale *tale)
{
	const struct oom_stream *found = NULL;

	for (unsigned int i = 0; i < tale->n_others; i++) {
		const struct oom_spool *spool = tale->others[i];

		if (!spool->out.known)
			continue;
		if (!strcmp(spool->identity.step, "batch"))
			return &spool->out;
		if (!found && S_ISREG(spool->out.mode))
			found = &spool->out;
	}
	return found;
}

/* A child that slurmstepd did not wait for may still be writing. */
static void wait_for_writer(struct oom_spool *spool, int proc_fd)
{
	const struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };
	uint64_t deadline_ms = oom_now_ms() + OOM_TELL_LIFE_S * 1000, start;
	uint32_t writing = OOM_SPOOL_WRITING;

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

/* Those of the job's files whose slurmstepd is gone; names for removal. */
static bool gather(struct oom_tale *tale, int dir_fd, uint32_t job_id,
		   const char *node,
		   char names[OOM_OTHERS_MAX][OOM_SPOOL_NAME_MAX])
{
	char boot_id[OOM_BOOT_ID_LEN];
	struct dirent *entry;
	bool work = false;
	DIR *dir;

	if (oom_boot_id(tale->proc_fd, boot_id))
		return false;
	dir = oom_list_folder(dir_fd);
	while (dir && tale->n_others < OOM_OTHERS_MAX &&
	       (entry = readdir(dir))) {
		struct oom_spool *spool = NULL;
		int rc;

		if (!oom_spool_is_of(entry->d_name, job_id, node) ||
		    strlen(entry->d_name) >= OOM_SPOOL_NAME_MAX)
			continue;
		rc = oom_spool_open(dir_fd, entry->d_name, boot_id, &spool);
		if (rc) {
			/* What must not be believed is only removed. */
			if (rc == -EBADMSG || rc == -ESTALE || rc == -EPROTO)
				(void)unlinkat(dir_fd, entry->d_name, 0);
			continue;
		}
		if (oom_spool_stepd_lives(spool, tale->proc_fd)) {
			oom_spool_close(spool);
			continue;
		}
		wait_for_writer(spool, tale->proc_fd);
		if (atomic_load(&spool->state) == OOM_SPOOL_OPEN)
			pick_up(spool, tale->proc_fd);
		if (atomic_load(&spool->state) != OOM_SPOOL_DONE)
			work = true;
		memcpy(names[tale->n_others], entry->d_name,
		       strlen(entry->d_name) + 1);
		tale->others[tale->n_others++] = spool;
	}
	if (dir)
		(void)closedir(dir);
	return work;
}

int oom_job_ended(const struct oom_roots *roots, uint32_t job_id,
		  const char *node)
{
	char names[OOM_OTHERS_MAX][OOM_SPOOL_NAME_MAX];
	struct oom_tale tale = { .kmsg_fd = -1,
				 .out_fd = -1,
				 .err_fd = -1,
				 .reads_for_others = true };
	struct oom_told told = { 0 };
	int dir_fd = oom_roots_spool(roots, false), rc = 0;

	if (dir_fd < 0)
		return dir_fd == -ENOENT ? 0 : dir_fd;
	tale.proc_fd = oom_roots_proc(roots);
	if (tale.proc_fd >= 0 && gather(&tale, dir_fd, job_id, node, names)) {
		tale.kmsg_fd =
			open(roots->kmsg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		tale.reopen = find_output(&tale);
		rc = oom_tell_as_user(&tale, &tale.others[0]->identity, -1,
				      EPILOG_WAIT_MS, &told, NULL);
	}
	for (unsigned int i = 0; i < tale.n_others; i++) {
		oom_spool_close(tale.others[i]);
		(void)unlinkat(dir_fd, names[i], 0);
	}
	if (tale.kmsg_fd >= 0)
		(void)close(tale.kmsg_fd);
	if (tale.proc_fd >= 0)
		(void)close(tale.proc_fd);
	(void)close(dir_fd);
	return rc ? rc : told.others_written;
}
