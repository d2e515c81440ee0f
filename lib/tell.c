// SPDX-License-Identifier: GPL-2.0-or-later
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "advice.h"
#include "capture.h"
#include "child.h"
#include "deliver.h"
#include "diagnose.h"
#include "handover.h"
#include "request.h"

/*
 * For a pipe or a terminal that is full.  Short: srun sees the end of the
 * step's output only when the child has let go of its pipe.
 */
#define WAIT_MS		 1000
#define KMSG_RECORDS_MAX 20000
#define PIPE_LIFE_S	 5
#define PROBE_MS	 100
#define NOTICE_WAIT_MS	 300
#define PROBE_LIFE_S	 2
#define NAMES_MS	 60

/* One step's story, ready to be written. */
struct block {
	struct oom_findings *findings;
	struct oom_diagnosis diagnosis;
	struct oom_request request;
	char text[OOM_BLOCK_MAX + 1];
	struct oom_buf buf;
};

static bool has_section(struct oom_span capture, const char *name)
{
	struct oom_span section, body;

	while (oom_capture_next(&capture, &section, &body))
		if (oom_span_is(section, name))
			return true;
	return false;
}

/* The kernel's report is read here, not as root: it may be long. */
static void add_kernel_log(struct oom_spool *spool, int kmsg_fd, bool whole)
{
	struct oom_span capture = oom_spool_capture(spool);
	struct oom_buf buf = { .ptr = spool->capture,
			       .cap = OOM_SPOOL_CAPTURE_MAX,
			       .len = capture.len };
	char path[OOM_CGROUP_PATH_MAX];

	if (kmsg_fd < 0 || !atomic_load(&spool->placed) ||
	    has_section(capture, "kernel log"))
		return;
	if (whole)
		oom_capture_add(&buf, "step", oom_span("whole_ring 1\n"));
	oom_cgroup_level_path(&spool->place, OOM_LEVEL_STEP, path);
	(void)oom_kernel_log_collect(&buf, kmsg_fd, path, KMSG_RECORDS_MAX);
	atomic_store(&spool->capture_len, (uint32_t)buf.len);
}

/* What shares the text's mapping with a process of its own. */
struct probe {
	struct oom_file_facts facts[OOM_FILES_MAX];
};

static void probe_files(const struct oom_record *record, struct probe *probe)
{
	for (unsigned int i = 0; i < OOM_FILES_MAX; i++) {
		char path[OOM_FILE_PATH_LEN];
		struct stat st;
		int fd;

		oom_span_copy((struct oom_span){ record->files[i].path,
						 OOM_FILE_PATH_LEN },
			      path, sizeof(path));
		/* A path that was cut keeps its end only. */
		if (!record->files[i].pid || path[0] != '/')
			continue;
		fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
			probe->facts[i].size_bytes =
				oom_known((uint64_t)st.st_size);
			probe->facts[i].stored_bytes =
				oom_known((uint64_t)st.st_blocks * 512);
		}
		(void)close(fd);
	}
}

/*
 * How large the files are that were being read, as the user sees them: in a
 * process of its own, as a dead file system must cost this and nothing else.
 */
static void learn_files(const struct oom_record *record, struct probe *probe)
{
	bool any = false;
	pid_t pid;

	for (unsigned int i = 0; i < OOM_FILES_MAX; i++)
		any = any || record->files[i].pid;
	memset(probe, 0, sizeof(*probe));
	pid = any ? oom_fork() : -1;
	if (!pid) {
		/* Nobody may have to wait for it to let go of a pipe. */
		oom_close_from(0);
		(void)alarm(PROBE_LIFE_S);
		probe_files(record, probe);
		_exit(0);
	}
	if (pid < 0)
		return;
	for (int waited = 0; waited < PROBE_MS; waited += 2) {
		if (waitpid(pid, NULL, WNOHANG | __WALL))
			return;
		(void)poll(NULL, 0, 2);
	}
	/* Its alarm ends it.  What it finds from now on changes nothing bad. */
}

/*
 * The recorder may still wait for the names of what grew last, for a moment
 * (OOM_PLACES_WAIT_MS after the step's end).
 */
static void await_names(const struct oom_record *record)
{
	for (int waited = 0;
	     atomic_load(&record->names_due) && waited < NAMES_MS; waited += 2)
		(void)poll(NULL, 0, 2);
}

/* Everything that is known of the step, in one text. */
static struct oom_span whole_capture(const struct oom_tale *t,
				     const struct oom_spool *spool)
{
	struct probe *probe = (void *)(t->text->ptr + OOM_TELL_TEXT_MAX -
				       sizeof(struct probe));
	struct oom_buf *text = t->text;

	oom_buf_init(text, text->ptr, OOM_TELL_TEXT_MAX - sizeof(*probe));
	oom_buf_add(text, oom_spool_capture(spool));
	learn_files(&spool->record, probe);
	await_names(&spool->record);
	oom_record_capture(&spool->record, probe->facts, text);
	return (struct oom_span){ text->ptr, text->len };
}

static void make_block(const struct oom_tale *t, struct block *b,
		       struct oom_findings *scratch,
		       const struct oom_spool *spool)
{
	b->findings = scratch;
	oom_findings_parse(scratch, whole_capture(t, spool));
	oom_diagnose(scratch, &b->diagnosis);
	oom_request(scratch, &b->diagnosis, &b->request);
	oom_buf_init(&b->buf, b->text, sizeof(b->text));
	oom_advice_block(scratch, &b->diagnosis, &b->request, &b->buf);
}

static struct oom_span block_text(const struct block *b)
{
	return (struct oom_span){ b->buf.ptr, b->buf.len };
}

static bool worth_telling(const struct block *b)
{
	return b->findings->verbose || oom_exceeds(b->diagnosis.kills, 0);
}

/* Standard output, else standard error; -errno of the former in *error. */
static enum oom_told_where put(const struct oom_tale *t, struct oom_span text,
			       int *error)
{
	struct stat out, err;
	int out_fd = t->out_fd;

	*error = out_fd < 0 ? -EBADF
			    : oom_deliver(t->proc_fd, out_fd, text, WAIT_MS);
	if (!*error)
		return OOM_TOLD_STDOUT;
	/* The same file under another number would fail the same way. */
	if (t->err_fd < 0 || fstat(t->err_fd, &err) ||
	    (out_fd >= 0 && !fstat(out_fd, &out) && out.st_dev == err.st_dev &&
	     out.st_ino == err.st_ino && out.st_rdev == err.st_rdev))
		return OOM_TOLD_NOWHERE;
	return oom_deliver(t->proc_fd, t->err_fd, text, WAIT_MS)
		       ? OOM_TOLD_NOWHERE
		       : OOM_TOLD_STDERR;
}

/* Does this step's own stream lead to a file other than the job's STDOUT? */
static bool leads_elsewhere(const struct oom_tale *t)
{
	const struct oom_stream *job = &t->batch->out;
	struct stat st;

	/* Nobody would find it there: "#SBATCH -o none". */
	if (!S_ISREG(job->mode) && !S_ISFIFO(job->mode))
		return false;
	if (t->out_fd < 0 || fstat(t->out_fd, &st))
		return true;
	if (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode))
		return !job->known || st.st_dev != job->dev ||
		       st.st_ino != job->ino;
	/* A pipe to srun: only srun knows what is behind it. */
	if (!t->sink.known)
		return false;
	if (t->sink.own_file)
		return true;
	return (S_ISREG(t->sink.mode) || S_ISCHR(t->sink.mode)) &&
	       (t->sink.dev != job->dev || t->sink.ino != job->ino);
}

static void point(const struct oom_tale *t, const struct block *b)
{
	char text[OOM_POINTER_MAX];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	oom_advice_pointer(b->findings, t->batch->out.path, &buf);
	if (t->out_fd >= 0)
		(void)oom_deliver(t->proc_fd, t->out_fd,
				  (struct oom_span){ buf.ptr, buf.len },
				  WAIT_MS);
}

static void tell_own(const struct oom_tale *t, struct block *b,
		     struct oom_told *told)
{
	uint32_t before;
	int error = 0;

	add_kernel_log(t->own, t->kmsg_fd, false);
	make_block(t, b, &t->scratch[0], t->own);
	oom_span_copy(oom_span(oom_cause_names[b->diagnosis.cause]),
		      told->cause, sizeof(told->cause));
	oom_span_copy(oom_span(oom_confidence_names[b->diagnosis.confidence]),
		      told->confidence, sizeof(told->confidence));
	if (!worth_telling(b)) {
		atomic_store(&t->own->state, OOM_SPOOL_DONE);
		return;
	}
	if (t->batch && leads_elsewhere(t)) {
		point(t, b);
		atomic_store(&t->batch->pending, 1);
		told->where = OOM_TOLD_LATER;
		return;
	}
	if (!oom_spool_claim(t->own, &before)) {
		/* We were so slow that the epilog hook has done it. */
		told->where = OOM_TOLD_LATER;
		return;
	}
	if (!t->batch) {
		told->where = put(t, block_text(b), &error);
		told->error = error;
		/* No place: the epilog hook may find one; but not /dev/null. */
		if (told->where != OOM_TOLD_NOWHERE || error == -ENODEV)
			before = OOM_SPOOL_TOLD;
		atomic_store(&t->own->state, before);
		return;
	}
	/* Not into its standard error: the job's STDOUT is the better place. */
	told->error = t->out_fd < 0 ? -EBADF
				    : oom_deliver(t->proc_fd, t->out_fd,
						  block_text(b), WAIT_MS);
	told->where = told->error ? OOM_TOLD_LATER : OOM_TOLD_STDOUT;
	/* The batch step looks whether it came through. */
	atomic_store(&t->own->state,
		     told->error ? OOM_SPOOL_CAPTURED : OOM_SPOOL_SENT);
	atomic_store(&t->batch->pending, 1);
}

/* Another step's block, when it does not stand in the file yet. */
static bool tell_other(const struct oom_tale *t, struct oom_spool *spool,
		       struct oom_findings *scratch, struct block *b,
		       bool *lost)
{
	uint32_t before, after = OOM_SPOOL_TOLD;
	bool wanted, wrote = false;
	char text[OOM_MARKER_MAX];
	struct oom_buf marker;
	int has = -EBADF, error;

	if (!oom_spool_claim(spool, &before))
		return false;
	/* The epilog hook reads the whole ring, once for each step. */
	if (t->reads_for_others && t->kmsg_fd >= 0 &&
	    lseek(t->kmsg_fd, 0, SEEK_SET) >= 0)
		add_kernel_log(spool, t->kmsg_fd, true);
	make_block(t, b, scratch, spool);
	oom_buf_init(&marker, text, sizeof(text));
	oom_advice_marker(b->findings, &marker);
	if (t->out_fd >= 0)
		has = oom_deliver_has(t->proc_fd, t->out_fd, t->search_from,
				      (struct oom_span){ marker.ptr,
							 marker.len });
	/* Sent, and not to be seen for certain: once is enough. */
	wanted = has != 1 && !(has < 0 && before == OOM_SPOOL_SENT);
	if (before == OOM_SPOOL_OPEN && !oom_exceeds(b->diagnosis.kills, 0)) {
		wanted = false;
		after = before;
	}
	if (wanted)
		wrote = put(t, block_text(b), &error) != OOM_TOLD_NOWHERE;
	if (wanted && !wrote) {
		after = before;
		*lost = true;
	}
	atomic_store(&spool->state, after);
	return wrote;
}

/*
 * First of all, and as root: what stays in the queue keeps a pipe open, and
 * slurmstepd waiting for its end.
 */
static void take_descriptors(void *arg)
{
	struct oom_tale *t = arg;
	struct stat st;
	int fds[2];

	if (!t->takes)
		return;
	oom_handover_take(t->socket_fd, t->wanted_task, fds);
	t->out_fd = fds[0];
	t->err_fd = fds[1];
	/* As long as we have a pipe, slurmstepd does not see its end. */
	if (fds[0] >= 0 && !fstat(fds[0], &st) && !S_ISREG(st.st_mode))
		(void)alarm(PIPE_LIFE_S);
}

void oom_tell(void *arg, void *result)
{
	struct oom_tale *t = arg;
	struct oom_told *told = result;
	struct block block;
	int fds[2] = { -1, -1 };

	if (t->reopen_out)
		t->out_fd = fds[0] = oom_stream_reopen(t->reopen_out);
	if (t->reopen_err)
		t->err_fd = fds[1] = oom_stream_reopen(t->reopen_err);
	for (unsigned int i = 0; i < t->n_others; i++) {
		bool lost = false;

		if (tell_other(t, t->others[i], &t->scratch[1 + i], &block,
			       &lost))
			told->others_written++;
		told->others_lost += lost;
	}
	if (t->own)
		tell_own(t, &block, told);
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

int oom_tell_map_text(struct oom_buf *text)
{
	/* Shared: a probe of the child fills in what it finds. */
	void *memory = mmap(NULL, OOM_TELL_TEXT_MAX, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return -ENOMEM;
	oom_buf_init(text, memory, OOM_TELL_TEXT_MAX);
	return 0;
}

int oom_tell_as_user(struct oom_tale *tale,
		     const struct oom_spool_identity *user, int home_fd,
		     int wait_ms, struct oom_told *told,
		     struct oom_child_wait *wait)
{
	const size_t scratch = (1 + tale->n_others) * sizeof(*tale->scratch);
	const struct oom_child child = {
		.uid = user->uid,
		.gid = user->gid,
		.n_gids = user->n_gids,
		.gids = user->gids,
		.proc_fd = tale->proc_fd,
		.home_fd = home_fd,
		.keep = { tale->kmsg_fd, tale->out_fd, tale->err_fd,
			  tale->takes ? tale->socket_fd : -1 },
		.n_keep = 4,
		.life_s = OOM_TELL_LIFE_S,
		.may_fork = true, /* once: learn_files() */
		.prepare = take_descriptors,
		.work = oom_tell,
		.arg = tale,
		.result_len = sizeof(*told),
	};
	struct oom_buf text = { .ptr = NULL };
	void *memory;
	int rc;

	/* Before the child drops the right to have more. */
	memory = mmap(NULL, scratch, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	if (!tale->text && oom_tell_map_text(&text)) {
		(void)munmap(memory, scratch);
		return -ENOMEM;
	}
	if (text.ptr)
		tale->text = &text;
	tale->scratch = memory;
	rc = oom_child_run(&child, wait_ms, told, wait);
	(void)munmap(memory, scratch);
	tale->scratch = NULL;
	if (text.ptr) {
		(void)munmap(text.ptr, OOM_TELL_TEXT_MAX);
		tale->text = NULL;
	}
	return rc;
}

struct notice {
	int proc_fd, socket_fd, kmsg_fd, out_fd;
	const struct oom_spool *spool;
	struct oom_buf *text;
	struct oom_findings *scratch;
};

static void peek(void *arg)
{
	struct notice *n = arg;
	int fds[2];

	oom_handover_peek(n->socket_fd, fds);
	n->out_fd = fds[0];
	(void)alarm(PIPE_LIFE_S);
}

/* Not the first kill, as in the block. */
static void tell_the_latest(struct oom_findings *f, struct oom_diagnosis *d)
{
	struct oom_record *r = &f->history.record;

	if (f->log.n_reports)
		d->report = &f->log.reports[f->log.n_reports - 1];
	if (r->n_moments)
		r->moments[0] = r->moments[r->n_moments - 1];
}

static void give_notice(void *arg, void *result)
{
	struct notice *n = arg;
	struct oom_diagnosis diagnosis;
	char path[OOM_CGROUP_PATH_MAX], text[OOM_NOTICE_MAX];
	struct oom_buf buf;

	(void)result;
	oom_cgroup_level_path(&n->spool->place, OOM_LEVEL_STEP, path);
	oom_capture_add(n->text, "step", oom_span("whole_ring 1\n"));
	(void)oom_kernel_log_collect(n->text, n->kmsg_fd, path,
				     KMSG_RECORDS_MAX);
	oom_record_capture(&n->spool->record, NULL, n->text);
	oom_findings_parse(n->scratch,
			   (struct oom_span){ n->text->ptr, n->text->len });
	oom_diagnose(n->scratch, &diagnosis);
	tell_the_latest(n->scratch, &diagnosis);
	oom_buf_init(&buf, text, sizeof(text));
	oom_advice_notice(n->scratch, &diagnosis, &buf);
	if (n->out_fd >= 0)
		(void)oom_deliver(n->proc_fd, n->out_fd,
				  (struct oom_span){ buf.ptr, buf.len },
				  WAIT_MS);
}

int oom_tell_notice(int proc_fd, int socket_fd, int kmsg_fd, int home_fd,
		    const struct oom_spool *spool, struct oom_buf *text)
{
	struct notice notice = { .proc_fd = proc_fd,
				 .socket_fd = socket_fd,
				 .kmsg_fd = kmsg_fd,
				 .out_fd = -1,
				 .spool = spool,
				 .text = text };
	const struct oom_child child = {
		.uid = spool->identity.uid,
		.gid = spool->identity.gid,
		.n_gids = spool->identity.n_gids,
		.gids = spool->identity.gids,
		.proc_fd = proc_fd,
		.home_fd = home_fd,
		.keep = { kmsg_fd, socket_fd },
		.n_keep = 2,
		.life_s = OOM_TELL_LIFE_S,
		.prepare = peek,
		.work = give_notice,
		.arg = &notice,
		.result_len = 1,
	};
	const size_t scratch = sizeof(*notice.scratch);
	char done;
	int rc;

	notice.scratch = mmap(NULL, scratch, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			      0);
	if (notice.scratch == MAP_FAILED)
		return -ENOMEM;
	/* The recorder has other things to do; the child goes on by itself. */
	rc = oom_child_run(&child, NOTICE_WAIT_MS, &done, NULL);
	(void)munmap(notice.scratch, scratch);
	return rc;
}
