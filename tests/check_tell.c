// SPDX-License-Identifier: GPL-2.0-or-later
/* Which stream gets the block, and that it stands there once. */
#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../lib/capture.h"
#include "../lib/deliver.h"
#include "../lib/handover.h"
#include "../lib/tell.h"

#define PATH "/s/job_4711"

static char folder[64];
static int dir_fd, proc_fd;
static struct oom_tale tale;
static struct oom_told told;

/* A step's file with what slurmstepd captured of it. */
static struct oom_spool *make_spool(const char *step, unsigned int kills)
{
	struct oom_spool_identity id = { .boot_id = "b",
					 .node = "node0",
					 .job_id = 4711,
					 .uid = geteuid() };
	char name[OOM_SPOOL_NAME_MAX];
	struct oom_spool *spool;
	int len;

	strcpy(id.step, step);
	oom_spool_name(4711, step, "node0", name);
	ck_assert_int_eq(
		oom_spool_create(dir_fd, name, &id, NULL, &spool, NULL), 0);
	len = snprintf(spool->capture, 4096,
		       "[step]\n job 4711\n step %s\n node node0\n uid %u\n"
		       " cgroup v2\n[cgroup step path]\n " PATH "/step_%s\n"
		       "[cgroup step memory.events]\n oom_kill %u\n"
		       "[cgroup job memory.max]\n 104857600\n"
		       "[cgroup job memory.events]\n oom %u\n",
		       step, geteuid(), step, kills, kills);
	atomic_store(&spool->base_len, (uint32_t)len);
	atomic_store(&spool->capture_len, (uint32_t)len);
	atomic_store(&spool->state, OOM_SPOOL_CAPTURED);
	len = snprintf(spool->place.path, sizeof(spool->place.path),
		       PATH "/step_%s", step);
	spool->place.len[OOM_LEVEL_STEP] = (size_t)len;
	spool->place.len[OOM_LEVEL_JOB] = strlen(PATH);
	atomic_store(&spool->placed, 1);
	return spool;
}

static void begin(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	dir_fd = make_folder(folder);
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(tale.scratch);
	tale = (struct oom_tale){
		.proc_fd = proc_fd, .kmsg_fd = -1, .out_fd = -1, .err_fd = -1
	};
}

static void end(void)
{
	(void)close(proc_fd);
	remove_folder(folder, dir_fd);
}

static int open_file(const char *name)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Good until two more were asked for. */
static char *file(const char *name)
{
	static char texts[3][65536];
	static unsigned int next;
	char path[128], *text;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	text = read_whole(path, NULL);
	next = (next + 1) % 3;
	oom_span_copy(oom_span(text), texts[next], sizeof(texts[0]));
	free(text);
	return texts[next];
}

static unsigned int blocks(const char *name)
{
	char *at = file(name);
	unsigned int n = 0;

	while ((at = strstr(at, "\n#oom-advice v=1 job=4711 "))) {
		at++;
		n++;
	}
	return n;
}

static struct oom_buf whole_text;

static void tell(void)
{
	unsigned int open_before = count_descriptors();

	free(tale.scratch);
	tale.scratch = calloc(1 + OOM_OTHERS_MAX, sizeof(*tale.scratch));
	ck_assert_ptr_nonnull(tale.scratch);
	memset(&told, 0, sizeof(told));
	if (!whole_text.ptr)
		ck_assert_int_eq(oom_tell_map_text(&whole_text), 0);
	tale.text = &whole_text;
	oom_tell(&tale, &told);
	ck_assert_uint_eq(count_descriptors(), open_before);
}

#define state_of(spool) atomic_load(&(spool)->state)

START_TEST(batch_step)
{
	begin();
	tale.own = make_spool("batch", 1);
	tale.out_fd = open_file("out");
	tale.err_fd = open_file("err");
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	ck_assert_int_eq(told.error, 0);
	ck_assert_str_eq(told.cause, "undetermined");
	ck_assert_str_eq(told.confidence, "low");
	ck_assert_uint_eq(blocks("out"), 1);
	ck_assert_str_eq(file("err"), "");
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_TOLD);
	end();
}
END_TEST

START_TEST(no_kill_no_word)
{
	begin();
	tale.own = make_spool("batch", 0);
	tale.out_fd = open_file("out");
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_NOTHING);
	ck_assert_str_eq(file("out"), "");
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_DONE);
	end();
}
END_TEST

START_TEST(verbose_tells_of_health)
{
	static const char verbose[] = "[step]\n verbose 1\n";
	size_t len;

	begin();
	tale.own = make_spool("batch", 0);
	len = atomic_load(&tale.own->capture_len);
	strcpy(tale.own->capture + len, verbose);
	atomic_store(&tale.own->capture_len, (uint32_t)(len + strlen(verbose)));
	tale.out_fd = open_file("out");
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	ck_assert_str_eq(told.cause, "none");
	ck_assert_uint_eq(blocks("out"), 1);
	end();
}
END_TEST

START_TEST(stdout_is_gone)
{
	begin();
	tale.own = make_spool("batch", 1);
	tale.err_fd = open_file("err");
	/* Full. */
	tale.out_fd = open("/dev/full", O_WRONLY);
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDERR);
	ck_assert_int_eq(told.error, -ENOSPC);
	ck_assert_uint_eq(blocks("err"), 1);
	/* None. */
	atomic_store(&tale.own->state, OOM_SPOOL_CAPTURED);
	(void)close(tale.out_fd);
	tale.out_fd = -1;
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDERR);
	ck_assert_int_eq(told.error, -EBADF);
	ck_assert_uint_eq(blocks("err"), 2);
	/* Deleted. */
	atomic_store(&tale.own->state, OOM_SPOOL_CAPTURED);
	tale.out_fd = open_file("out");
	ck_assert_int_eq(unlinkat(dir_fd, "out", 0), 0);
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDERR);
	ck_assert_int_eq(told.error, -ESTALE);
	ck_assert_uint_eq(blocks("err"), 3);
	end();
}
END_TEST

START_TEST(both_are_gone)
{
	begin();
	tale.own = make_spool("batch", 1);
	tale.out_fd = open("/dev/full", O_WRONLY);
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_NOWHERE);
	ck_assert_int_eq(told.error, -ENOSPC);
	/* The same file under another number is not tried again. */
	atomic_store(&tale.own->state, OOM_SPOOL_CAPTURED);
	(void)close(tale.out_fd);
	tale.out_fd = open("/dev/null", O_WRONLY);
	tale.err_fd = open("/dev/null", O_WRONLY);
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_NOWHERE);
	ck_assert_int_eq(told.error, -ENODEV);
	/* ...nor is it told later. */
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_TOLD);
	end();
}
END_TEST

/* ---- a step beside the batch step ---- */

static void with_batch(void)
{
	int fd = open_file("slurm-4711.out");

	tale.own = make_spool("0", 1);
	tale.batch = make_spool("batch", 0);
	oom_stream_note(proc_fd, fd, &tale.batch->out);
	(void)close(fd);
}

START_TEST(step_into_the_jobs_file)
{
	begin();
	with_batch();
	tale.out_fd = open_file("slurm-4711.out");
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	ck_assert_uint_eq(blocks("slurm-4711.out"), 1);
	/* The batch step looks whether it arrived. */
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_SENT);
	ck_assert_uint_eq(atomic_load(&tale.batch->pending), 1);
	end();
}
END_TEST

START_TEST(step_with_a_file_of_its_own)
{
	begin();
	with_batch();
	tale.out_fd = open_file("step.out");
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_LATER);
	ck_assert_uint_eq(blocks("step.out"), 0);
	ck_contains(file("step.out"), "slurm-4711.out");
	ck_lacks(file("step.out"), folder);
	ck_assert_str_eq(file("slurm-4711.out"), "");
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_CAPTURED);
	ck_assert_uint_eq(atomic_load(&tale.batch->pending), 1);
	end();
}
END_TEST

START_TEST(step_without_a_stream)
{
	begin();
	with_batch();
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_LATER);
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_CAPTURED);
	ck_assert_uint_eq(atomic_load(&tale.batch->pending), 1);
	end();
}
END_TEST

/* srun's pipe: what is behind it only srun knows. */
START_TEST(step_behind_sruns_pipe)
{
	char text[8192] = "";
	int fds[2];

	begin();
	with_batch();
	ck_assert_int_eq(pipe(fds), 0);
	tale.out_fd = fds[1];
	/* Not known: the pipe. */
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	ck_assert_int_gt(read(fds[0], text, sizeof(text) - 1), 0);
	ck_contains(text, "\n#oom-advice v=1 job=4711 step=0 ");
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_SENT);
	/* The job's own file. */
	tale.sink = (struct oom_sink){ .known = true,
				       .mode = tale.batch->out.mode,
				       .dev = tale.batch->out.dev,
				       .ino = tale.batch->out.ino };
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	/* Another file: the user's script redirected srun. */
	tale.sink.ino++;
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_LATER);
	/* srun --output. */
	tale.sink = (struct oom_sink){ .known = true, .own_file = true };
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_LATER);
	end();
}
END_TEST

/* The pipe broke: the batch step does it. */
START_TEST(step_whose_pipe_is_broken)
{
	int fds[2];

	begin();
	with_batch();
	ck_assert_int_eq(pipe(fds), 0);
	(void)close(fds[0]);
	tale.out_fd = fds[1];
	tell();
	ck_assert_int_eq(told.where, OOM_TOLD_LATER);
	ck_assert_int_eq(told.error, -EPIPE);
	ck_assert_uint_eq(state_of(tale.own), OOM_SPOOL_CAPTURED);
	ck_assert_uint_eq(atomic_load(&tale.batch->pending), 1);
	end();
}
END_TEST

/* ---- what others left ---- */

START_TEST(others_in_every_state)
{
	static const struct {
		enum oom_spool_state state;
		unsigned int kills;
		bool written;
		enum oom_spool_state after;
	} cases[] = {
		{ OOM_SPOOL_CAPTURED, 1, true, OOM_SPOOL_TOLD },
		{ OOM_SPOOL_SENT, 1, true, OOM_SPOOL_TOLD },
		{ OOM_SPOOL_TOLD, 1, false, OOM_SPOOL_TOLD },
		{ OOM_SPOOL_DONE, 1, false, OOM_SPOOL_DONE },
		/* slurmstepd died without a word. */
		{ OOM_SPOOL_OPEN, 1, true, OOM_SPOOL_TOLD },
		{ OOM_SPOOL_OPEN, 0, false, OOM_SPOOL_OPEN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		tale.others[0] = make_spool("0", cases[i].kills);
		tale.n_others = 1;
		tale.out_fd = open_file("out");
		atomic_store(&tale.others[0]->state, cases[i].state);
		tell();
		ck_assert_int_eq(told.others_written, cases[i].written);
		ck_assert_uint_eq(blocks("out"), cases[i].written);
		ck_assert_uint_eq(state_of(tale.others[0]), cases[i].after);
		/* Once is enough. */
		tell();
		ck_assert_int_eq(told.others_written, 0);
		ck_assert_uint_eq(blocks("out"), cases[i].written);
		end();
	}
}
END_TEST

START_TEST(others_that_arrived)
{
	int fd;

	begin();
	tale.others[0] = make_spool("0", 1);
	tale.others[1] = make_spool("1", 1);
	tale.n_others = 2;
	tale.out_fd = fd = open_file("out");
	tell();
	ck_assert_int_eq(told.others_written, 2);
	ck_assert_uint_eq(blocks("out"), 2);
	for (int i = 0; i < 2; i++)
		atomic_store(&tale.others[i]->state, OOM_SPOOL_SENT);
	tell();
	ck_assert_int_eq(told.others_written, 0);
	ck_assert_uint_eq(blocks("out"), 2);
	ck_assert_uint_eq(state_of(tale.others[0]), OOM_SPOOL_TOLD);
	/* Step 1's block is not step 10's. */
	tale.others[0] = make_spool("10", 1);
	tale.n_others = 1;
	atomic_store(&tale.others[0]->state, OOM_SPOOL_SENT);
	tell();
	ck_assert_int_eq(told.others_written, 1);
	ck_assert_uint_eq(blocks("out"), 3);
	(void)close(fd);
	end();
}
END_TEST

/* The job's STDOUT is a pipe: what was sent cannot be looked for. */
START_TEST(others_behind_a_pipe)
{
	int fds[2];

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	tale.others[0] = make_spool("0", 1);
	tale.n_others = 1;
	tale.out_fd = fds[1];
	atomic_store(&tale.others[0]->state, OOM_SPOOL_SENT);
	tell();
	ck_assert_int_eq(told.others_written, 0);
	ck_assert_uint_eq(state_of(tale.others[0]), OOM_SPOOL_TOLD);
	atomic_store(&tale.others[0]->state, OOM_SPOOL_CAPTURED);
	tell();
	ck_assert_int_eq(told.others_written, 1);
	end();
}
END_TEST

START_TEST(others_stay_when_nothing_takes_them)
{
	begin();
	tale.others[0] = make_spool("0", 1);
	tale.n_others = 1;
	tale.out_fd = open("/dev/full", O_WRONLY);
	tell();
	ck_assert_int_eq(told.others_written, 0);
	ck_assert_uint_eq(state_of(tale.others[0]), OOM_SPOOL_CAPTURED);
	end();
}
END_TEST

/* The epilog hook: the job's file by its path, and only if it is the same. */
START_TEST(file_opened_again)
{
	struct oom_stream stream = { .known = 0 };
	int fd;

	begin();
	fd = open_file("out");
	oom_stream_note(proc_fd, fd, &stream);
	(void)close(fd);
	tale.reopen_out = &stream;
	tale.others[0] = make_spool("0", 1);
	tale.n_others = 1;
	tell();
	ck_assert_int_eq(told.others_written, 1);
	ck_assert_uint_eq(blocks("out"), 1);
	/* Another file of that name. */
	atomic_store(&tale.others[0]->state, OOM_SPOOL_CAPTURED);
	ck_assert_int_eq(renameat(dir_fd, "out", dir_fd, "old"), 0);
	(void)close(open_file("out"));
	tell();
	ck_assert_int_eq(told.others_written, 0);
	ck_assert_str_eq(file("out"), "");
	end();
}
END_TEST

START_TEST(own_and_others)
{
	begin();
	tale.own = make_spool("batch", 1);
	tale.others[0] = make_spool("0", 1);
	tale.n_others = 1;
	tale.out_fd = open_file("out");
	tell();
	ck_assert_int_eq(told.others_written, 1);
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	ck_assert_uint_eq(blocks("out"), 2);
	end();
}
END_TEST

/* ---- the kernel's log ---- */

START_TEST(reads_the_kernels_log)
{
	static const char *const records[] = {
		"6,1,5000001,-;x invoked oom-killer: gfp_mask=0\n",
		"6,2,5000002,-;oom-kill:constraint=CONSTRAINT_MEMCG,"
		"oom_memcg=" PATH ",task_memcg=" PATH
		"/step_batch/user/task_0,task=grow,pid=812,uid=0\n",
		NULL, /* the owner is ours */
	};
	char killed[256];
	int fds[2];

	begin();
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	(void)snprintf(killed, sizeof(killed),
		       "6,3,5000003,-;Memory cgroup out of memory: Killed "
		       "process 812 (grow) total-vm:99kB, anon-rss:90kB, "
		       "file-rss:1kB, shmem-rss:0kB, UID:%u pgtables:1kB "
		       "oom_score_adj:0\n",
		       geteuid());
	for (int i = 0; records[i]; i++)
		ck_assert_int_gt(write(fds[1], records[i], strlen(records[i])),
				 0);
	ck_assert_int_gt(write(fds[1], killed, strlen(killed)), 0);
	tale.own = make_spool("batch", 1);
	tale.out_fd = open_file("out");
	tale.kmsg_fd = fds[0];
	tell();
	ck_assert_uint_eq(blocks("out"), 1);
	ck_contains(file("out"), "grow");
	ck_contains(file("out"), "pid=812 comm=grow\n");
	end();
}
END_TEST

/* ---- the flight record ---- */

/* As a process of the step had it open. */
static void record_file(const char *name)
{
	struct oom_open_file opened = { .position = 100 };

	(void)snprintf(opened.path, sizeof(opened.path), "%s%s%s",
		       name[0] == '.' ? "" : folder, name[0] == '.' ? "" : "/",
		       name);
	oom_record_file(&tale.own->record, 812, &opened, 10);
}

static void start_record(struct oom_spool *spool)
{
	oom_record_begin(&spool->record, 102400);
	spool->record.started = 1;
}

static struct oom_history *read_history(void)
{
	struct oom_span rest = oom_span(whole_text.ptr), section, body;
	struct oom_history *h = calloc(1, sizeof(*h));

	ck_assert_ptr_nonnull(h);
	while (oom_capture_next(&rest, &section, &body))
		(void)oom_history_section(h, section, body);
	return h;
}

static const struct oom_file_facts *facts_of(const struct oom_history *h,
					     const char *name)
{
	for (unsigned int i = 0; i < h->n_files; i++)
		if (strstr(h->record.files[i].path, name))
			return &h->facts[i];
	ck_abort_msg("%s is not in the record", name);
}

/* What a user's file is like is only looked at, and not by this process. */
START_TEST(sizes_of_files)
{
	static const char *const unknown[] = { "fifo", "missing", "link",
					       "folder", "./data file" };
	const struct oom_file_facts *facts;
	struct oom_history *h;
	struct stat st;
	int fd;

	begin();
	fd = open_file("data file");
	ck_assert_int_eq(write(fd, "x", 1), 1);
	ck_assert_int_eq(ftruncate(fd, 3000000), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	(void)close(fd);
	ck_assert_int_eq(mkfifoat(dir_fd, "fifo", 0600), 0);
	ck_assert_int_eq(symlinkat("data file", dir_fd, "link"), 0);
	ck_assert_int_eq(mkdirat(dir_fd, "folder", 0700), 0);
	tale.own = make_spool("batch", 1);
	tale.out_fd = open_file("out");
	start_record(tale.own);
	record_file("data file");
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		record_file(unknown[i]);
	/* A path that was cut is not one below our folder. */
	ck_assert_int_eq(fchdir(dir_fd), 0);
	(void)alarm(30);
	tell();
	(void)alarm(0);
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	h = read_history();
	ck_assert_uint_eq(h->n_files, 6);
	facts = facts_of(h, "/data file");
	ck_known(facts->size_bytes, 3000000);
	ck_known(facts->stored_bytes, (uint64_t)st.st_blocks * 512);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		facts = &h->facts[1 + i];
		ck_contains(h->record.files[1 + i].path, unknown[i]);
		ck_unknown(facts->size_bytes);
		ck_unknown(facts->stored_bytes);
	}
	free(h);
	/* Whoever looked is gone. */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq(chdir("/"), 0);
	end();
}
END_TEST

/* As the user: what that one may not see stays unknown. */
START_TEST(sizes_as_the_user_sees_them)
{
	struct oom_spool_identity user = { .uid = 65534, .gid = 65534 };
	struct oom_history *h;
	int fd;

	begin();
	if (geteuid()) {
		printf("skipped: needs root to become another\n");
		end();
		return;
	}
	ck_assert_int_eq(fchmod(dir_fd, 0755), 0);
	ck_assert_int_eq(mkdirat(dir_fd, "closed", 0700), 0);
	for (int i = 0; i < 2; i++) {
		fd = open_file(i ? "closed/data" : "seen");
		ck_assert_int_eq(ftruncate(fd, 4711), 0);
		(void)close(fd);
	}
	tale.own = make_spool("batch", 1);
	tale.out_fd = open_file("out");
	start_record(tale.own);
	record_file("seen");
	record_file("closed/data");
	if (!whole_text.ptr)
		ck_assert_int_eq(oom_tell_map_text(&whole_text), 0);
	tale.text = &whole_text;
	memset(&told, 0, sizeof(told));
	ck_assert_int_eq(oom_tell_as_user(&tale, &user, -1, 20000, &told, NULL),
			 0);
	ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
	h = read_history();
	ck_known(facts_of(h, "/seen")->size_bytes, 4711);
	ck_unknown(facts_of(h, "/closed/data")->size_bytes);
	free(h);
	tale.scratch = NULL;
	end();
}
END_TEST

/* ---- the notice ---- */

static int sockets[2];

/* The streams of the step's first task are the file "out". */
static void hand_over(const char *name)
{
	int kept[2] = { dup(1), dup(2) }, fd = open_file(name);

	(void)fflush(stdout);
	for (int i = 0; i < 2; i++)
		ck_assert_int_ge(dup2(fd, 1 + i), 0);
	oom_handover_send(sockets[1], 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_ge(dup2(kept[i], 1 + i), 0);
		(void)close(kept[i]);
	}
	(void)close(fd);
}

static void notice(const struct oom_spool *spool, int kmsg_fd)
{
	unsigned int open_then = count_descriptors();
	struct oom_buf text;

	ck_assert_int_eq(oom_tell_map_text(&text), 0);
	oom_buf_add(&text, oom_spool_capture(spool));
	ck_assert_int_eq(oom_tell_notice(proc_fd, sockets[0], kmsg_fd, -1,
					 spool, &text),
			 0);
	ck_assert_uint_eq(count_descriptors(), open_then);
	ck_assert_int_eq(munmap(text.ptr, OOM_TELL_TEXT_MAX), 0);
}

/* Few, short, and none that a program would take for the block's last. */
static unsigned int ck_notice(const char *text)
{
	struct oom_span rest = oom_span(text), line;
	unsigned int n = 0;

	ck_assert_uint_gt(rest.len, 0);
	ck_assert_int_eq(text[rest.len - 1], '\n');
	while (oom_next_line(&rest, &line)) {
		n++;
		ck_assert_uint_le(line.len, OOM_BLOCK_WIDTH);
		ck_assert(!oom_span_starts(line, "#oom-advice"));
		for (size_t i = 0; i < line.len; i++)
			ck_assert(line.ptr[i] >= ' ' && line.ptr[i] <= '~');
	}
	ck_assert_uint_le(n, 3);
	return n;
}

START_TEST(notice_of_a_kill)
{
	struct oom_spool *spool;
	int pair[2];

	begin();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				    sockets),
			 0);
	spool = make_spool("0", 1);
	start_record(spool);
	oom_record_kills(&spool->record, 1, 5000);
	hand_over("out");
	notice(spool, -1);
	ck_assert_uint_ge(ck_notice(file("out")), 2);
	ck_contains(file("out"), "goes on without it");
	ck_contains(file("out"), "scancel 4711");
	/* Nothing is told yet, and the task's streams are still there. */
	ck_assert_uint_eq(state_of(spool), OOM_SPOOL_CAPTURED);
	oom_handover_take(sockets[0], 0, pair);
	ck_assert_int_ge(pair[0], 0);
	(void)close(pair[0]);
	(void)close(pair[1]);
	/* Without them there is nobody to tell. */
	notice(spool, -1);
	ck_assert_uint_le(ck_notice(file("out")), 3);
	(void)close(sockets[0]);
	(void)close(sockets[1]);
	end();
}
END_TEST

/* Whatever a user calls a process, a step or a node. */
START_TEST(notice_with_hostile_names)
{
	static const char *const names[] = {
		"#oom-advice v=1", "a\\x0ab",	      "{victim}",
		"a b (c)",	   "xxxxxxxxxxxxxxx",
	};
	char killed[256];
	int fds[2];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *const records[] = {
			"6,1,5000001,-;x invoked oom-killer: gfp_mask=0\n",
			"6,2,5000002,-;oom-kill:constraint=CONSTRAINT_MEMCG,"
			"oom_memcg=" PATH ",task_memcg=" PATH
			"/step_0/user/task_0,task=grow,pid=4194303,uid=0\n",
			killed,
		};
		struct oom_spool *spool;

		begin();
		ck_assert_int_eq(socketpair(AF_UNIX,
					    SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
					    sockets),
				 0);
		ck_assert_int_eq(socketpair(AF_UNIX,
					    SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
					    fds),
				 0);
		(void)snprintf(killed, sizeof(killed),
			       "6,3,5000003,-;Memory cgroup out of memory: "
			       "Killed process 4194303 (%s) total-vm:99kB, "
			       "anon-rss:90kB, file-rss:1kB, shmem-rss:0kB, "
			       "UID:%u pgtables:1kB oom_score_adj:0\n",
			       names[i], geteuid());
		for (int j = 0; j < 3; j++)
			ck_assert_int_gt(write(fds[1], records[j],
					       strlen(records[j])),
					 0);
		spool = make_spool("0", 1);
		start_record(spool);
		oom_record_kills(&spool->record, 1, UINT32_MAX);
		hand_over("out");
		notice(spool, fds[0]);
		ck_assert_uint_eq(ck_notice(file("out")), 3);
		ck_contains(file("out"), "4194303");
		for (int j = 0; j < 2; j++) {
			(void)close(fds[j]);
			(void)close(sockets[j]);
		}
		end();
	}
}
END_TEST

TESTS("tell", batch_step, no_kill_no_word, verbose_tells_of_health,
      stdout_is_gone, both_are_gone, step_into_the_jobs_file,
      step_with_a_file_of_its_own, step_without_a_stream,
      step_behind_sruns_pipe, step_whose_pipe_is_broken, others_in_every_state,
      others_that_arrived, others_behind_a_pipe,
      others_stay_when_nothing_takes_them, file_opened_again, own_and_others,
      reads_the_kernels_log, sizes_of_files, sizes_as_the_user_sees_them,
      notice_of_a_kill, notice_with_hostile_names)
