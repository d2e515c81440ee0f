// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A step under watch, without a cgroup: what hooks leave behind, what the
 * epilog makes of it, and that nobody is held up.  Real kills are the lab's.
 */
#include "check.h"

#include <signal.h>

#include "../lib/child.h"
#include "../lib/clock.h"
#include "../lib/deliver.h"
#include "../lib/job_end.h"
#include "../lib/watch.h"

static char folder[64], kmsg[96], out_name[96];
static int dir_fd;
static struct oom_roots roots;
static struct oom_watch_spec spec;
static struct oom_watch *watch;
static unsigned int open_before;

static void put(const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
}

static void begin(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	dir_fd = make_folder(folder);
	ck_assert_int_eq(mkdirat(dir_fd, OOM_SPOOL_FOLDER, 0700), 0);
	/* What an older release kept is no answer. */
	put(OOM_SPOOL_FOLDER "/.memory-hierarchy", "v2 /nowhere\n");
	put("kmsg", "");
	(void)snprintf(kmsg, sizeof(kmsg), "%s/kmsg", folder);
	(void)snprintf(out_name, sizeof(out_name), "%s/out", folder);
	roots = (struct oom_roots){ .proc = "/proc",
				    .run = folder,
				    .kmsg = kmsg };
	spec = (struct oom_watch_spec){
		.roots = &roots,
		.mode = OOM_MODE_ON,
		.identity = { .node = "node0",
			      .step = "0",
			      .job_id = 4711,
			      .uid = geteuid(),
			      .gid = getegid() },
		.n_local_tasks = 1,
		.step_text = oom_span("job 4711\nstep 0\nnode node0\n"),
	};
	open_before = count_descriptors();
}

static void end(void)
{
	ck_assert_uint_eq(count_descriptors(), open_before);
	remove_folder(folder, dir_fd);
}

static bool exists(const char *name)
{
	char path[160];

	(void)snprintf(path, sizeof(path), OOM_SPOOL_FOLDER "/%s", name);
	return !faccessat(dir_fd, path, F_OK, 0);
}

/* The task's own view: its streams are this file. */
static void init_task(int fd)
{
	int out = dup(1), err = dup(2);

	ck_assert_int_ge(dup2(fd, 1), 0);
	ck_assert_int_ge(dup2(fd, 2), 0);
	oom_watch_task_init(watch, 0);
	ck_assert_int_ge(dup2(out, 1), 0);
	ck_assert_int_ge(dup2(err, 2), 0);
	(void)close(out);
	(void)close(err);
}

static int open_out(void)
{
	int fd = open(out_name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static void ck_out(const char *expected)
{
	char *text = read_whole(out_name, NULL);

	ck_assert_str_eq(text, expected);
	free(text);
}

static unsigned int blocks(void)
{
	char *text = read_whole(out_name, NULL), *at = text;
	unsigned int n = 0;

	while ((at = strstr(at, "\n#oom-advice v=1 job=4711 "))) {
		at++;
		n++;
	}
	free(text);
	return n;
}

START_TEST(opens_and_closes)
{
	begin();
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	ck_assert(exists("4711.0.node0"));
	oom_watch_close(watch);
	ck_assert(!exists("4711.0.node0"));
	oom_watch_close(NULL);
	end();
}
END_TEST

/* The batch step's tells others where the job's output is. */
START_TEST(batch_file_stays)
{
	begin();
	spec.is_batch = true;
	strcpy(spec.identity.step, "batch");
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	oom_watch_close(watch);
	ck_assert(exists("4711.batch.node0"));
	end();
}
END_TEST

START_TEST(cannot_open)
{
	begin();
	roots.run = "/nowhere/at/all";
	watch = NULL;
	ck_assert_int_eq(oom_watch_open(&watch, &spec), -ENOENT);
	ck_assert_ptr_null(watch);
	roots.run = folder;
	roots.proc = "/nowhere/at/all";
	ck_assert_int_eq(oom_watch_open(&watch, &spec), -ENOENT);
	ck_assert_ptr_null(watch);
	/* A spool folder that others may write to. */
	roots.proc = "/proc";
	ck_assert_int_eq(fchmodat(dir_fd, OOM_SPOOL_FOLDER, 0777, 0), 0);
	ck_assert_int_eq(oom_watch_open(&watch, &spec), -EPERM);
	ck_assert_ptr_null(watch);
	end();
}
END_TEST

START_TEST(healthy_step_is_silent)
{
	struct oom_told told;
	int error = 0, fd;

	begin();
	fd = open_out();
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	init_task(fd);
	oom_watch_task_started(watch, 0, 0, getpid());
	/* Killed by hand, exit 137: neither is the kernel's word. */
	ck_assert(!oom_watch_task_ended(watch, 0, SIGKILL, &told, &error));
	oom_watch_close(watch);
	ck_out("");
	ck_assert(!exists("4711.0.node0"));
	(void)close(fd);
	end();
}
END_TEST

START_TEST(verbose_step_is_told_of)
{
	struct oom_told told;
	int error = 77, fd;

	begin();
	spec.mode = OOM_MODE_VERBOSE;
	spec.step_text = oom_span("job 4711\nstep 0\nnode node0\nverbose 1\n");
	fd = open_out();
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	init_task(fd);
	(void)close(fd); /* the descriptor went over the socket */
	oom_watch_task_started(watch, 0, 0, getpid());
	ck_assert(oom_watch_task_ended(watch, 0, 0, &told, &error));
	/* On a busy machine it goes on by itself. */
	for (int i = 0; i < 100 && !blocks(); i++)
		(void)usleep(100000);
	ck_assert_uint_eq(blocks(), 1);
	if (error != -ETIMEDOUT) {
		ck_assert_int_eq(error, 0);
		ck_assert_int_eq(told.where, OOM_TOLD_STDOUT);
		ck_assert_str_eq(told.cause, "none");
	}
	oom_watch_close(watch);
	end();
}
END_TEST

/* At the last task's end, and once. */
START_TEST(last_task)
{
	struct oom_told told;
	int error = 0, fd;

	begin();
	spec.mode = OOM_MODE_VERBOSE;
	spec.n_local_tasks = 3;
	spec.step_text = oom_span("job 4711\nstep 0\nnode node0\nverbose 1\n");
	fd = open_out();
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	init_task(fd);
	ck_assert(!oom_watch_task_ended(watch, 2, 0, &told, &error));
	ck_assert(!oom_watch_task_ended(watch, 0, 0, &told, &error));
	ck_assert(oom_watch_task_ended(watch, 1, 0, &told, &error));
	ck_assert(!oom_watch_task_ended(watch, 1, 0, &told, &error));
	for (int i = 0; i < 100 && !blocks(); i++)
		(void)usleep(100000);
	ck_assert_uint_eq(blocks(), 1);
	oom_watch_close(watch);
	(void)close(fd);
	end();
}
END_TEST

/* A FIFO that nobody reads, full: slurmstepd goes on all the same. */
START_TEST(is_not_held_up)
{
	static const char junk[65536];
	struct oom_told told;
	int error = 0, fd;
	struct oom_held held;
	uint64_t begun;

	begin();
	spec.config.debug = true;
	spec.mode = OOM_MODE_VERBOSE;
	spec.step_text = oom_span("job 4711\nstep 0\nnode node0\nverbose 1\n");
	ck_assert_int_eq(mkfifo(out_name, 0600), 0);
	fd = open(out_name, O_RDWR | O_NONBLOCK);
	while (write(fd, junk, sizeof(junk)) > 0 || write(fd, junk, 1) > 0)
		;
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	init_task(fd);
	begun = oom_now_ms();
	ck_assert(oom_watch_task_ended(watch, 0, 0, &told, &error));
	ck_assert_int_eq(error, -ETIMEDOUT);
	/* 50 ms are for the lab to see; this machine may be busy. */
	ck_assert_uint_lt(oom_now_ms() - begun, 1500);
	held = oom_watch_held(watch);
	ck_assert_uint_ge(held.us, 1000);
	ck_assert_uint_ge(held.us, held.wait_us);
	/* None, but for a lock that another process has for a moment. */
	ck_assert_uint_lt(held.other_sleeps, 20);
	oom_watch_close(watch);
	(void)close(fd);
	end();
}
END_TEST

/* Numbers beyond what is kept are passed over, not written to. */
START_TEST(more_tasks_than_are_kept)
{
	struct oom_told told;
	int error = 0;

	begin();
	spec.n_local_tasks = OOM_TASKS_MAX + 2;
	ck_assert_int_eq(oom_watch_open(&watch, &spec), 0);
	for (unsigned int i = 0; i < OOM_TASKS_MAX + 2; i++) {
		oom_watch_task_started(watch, i, i, getpid());
		ck_assert(!oom_watch_task_ended(watch, i, 0, &told, &error));
	}
	oom_watch_task_started(watch, UINT32_MAX, 0, -1);
	oom_watch_close(watch);
	end();
}
END_TEST

/* ---- the end of a job ---- */

/* A step whose slurmstepd (no such process) left its evidence. */
static void leave(uint32_t job_id, const char *step, enum oom_spool_state state,
		  pid_t stepd)
{
	struct oom_spool_identity id = { .node = "node0",
					 .job_id = job_id,
					 .uid = geteuid(),
					 .gid = getegid(),
					 .stepd_pid = stepd };
	char name[OOM_SPOOL_NAME_MAX];
	struct oom_spool *spool;
	int proc_fd = open("/proc", O_PATH | O_DIRECTORY), fd = open_out();
	int spool_fd = openat(dir_fd, OOM_SPOOL_FOLDER, O_RDONLY);
	int len;

	strcpy(id.step, step);
	ck_assert_int_eq(oom_boot_id(proc_fd, id.boot_id), 0);
	id.created_ns = oom_boottime_ns();
	oom_spool_name(job_id, step, "node0", name);
	ck_assert_int_eq(
		oom_spool_create(spool_fd, name, &id, NULL, &spool, NULL), 0);
	len = sprintf(spool->capture,
		      "[step]\n job %u\n step %s\n node node0\n cgroup v2\n"
		      "[cgroup step memory.events]\n oom_kill 1\n",
		      job_id, step);
	atomic_store(&spool->base_len, (uint32_t)len);
	atomic_store(&spool->capture_len, (uint32_t)len);
	oom_stream_note(proc_fd, fd, &spool->out);
	atomic_store(&spool->state, state);
	oom_spool_close(spool);
	(void)close(spool_fd);
	(void)close(proc_fd);
	(void)close(fd);
}

#define NO_PROCESS 999999999

START_TEST(job_ended)
{
	begin();
	leave(4711, "batch", OOM_SPOOL_DONE, NO_PROCESS);
	leave(4711, "0", OOM_SPOOL_CAPTURED, NO_PROCESS);
	leave(4711, "1", OOM_SPOOL_TOLD, NO_PROCESS);
	leave(4712, "0", OOM_SPOOL_CAPTURED, NO_PROCESS);
	ck_assert_int_eq(oom_job_ended(&roots, 4711, "node0"), 1);
	ck_assert_uint_eq(blocks(), 1);
	ck_assert(!exists("4711.batch.node0"));
	ck_assert(!exists("4711.0.node0"));
	ck_assert(!exists("4711.1.node0"));
	ck_assert(exists("4712.0.node0"));
	/* A second epilog finds nothing. */
	ck_assert_int_eq(oom_job_ended(&roots, 4711, "node0"), 0);
	ck_assert_uint_eq(blocks(), 1);
	end();
}
END_TEST

START_TEST(job_ended_on_another_node)
{
	begin();
	leave(4711, "0", OOM_SPOOL_CAPTURED, NO_PROCESS);
	ck_assert_int_eq(oom_job_ended(&roots, 4711, "node1"), 0);
	ck_assert(exists("4711.0.node0"));
	ck_assert_int_eq(oom_job_ended(&roots, 471, NULL), 0);
	ck_assert(exists("4711.0.node0"));
	ck_assert_int_eq(oom_job_ended(&roots, 4711, NULL), 1);
	ck_assert(!exists("4711.0.node0"));
	end();
}
END_TEST

START_TEST(step_that_still_runs)
{
	begin();
	leave(4711, "0", OOM_SPOOL_CAPTURED, getpid());
	ck_assert_int_eq(oom_job_ended(&roots, 4711, "node0"), 0);
	ck_assert(exists("4711.0.node0"));
	ck_out("");
	end();
}
END_TEST

START_TEST(what_must_not_be_believed)
{
	begin();
	put(OOM_SPOOL_FOLDER "/4711.0.node0", "torn");
	put(OOM_SPOOL_FOLDER "/4711", "");
	put(OOM_SPOOL_FOLDER "/4711.0", "");
	put(OOM_SPOOL_FOLDER "/x.0.node0", "");
	ck_assert_int_eq(oom_job_ended(&roots, 4711, "node0"), 0);
	ck_assert(!exists("4711.0.node0"));
	ck_assert(exists("4711"));
	ck_assert(exists("4711.0"));
	ck_assert(exists("x.0.node0"));
	end();
}
END_TEST

START_TEST(nothing_to_end)
{
	begin();
	ck_assert_int_eq(
		unlinkat(dir_fd, OOM_SPOOL_FOLDER "/.memory-hierarchy", 0), 0);
	ck_assert_int_eq(unlinkat(dir_fd, OOM_SPOOL_FOLDER, AT_REMOVEDIR), 0);
	ck_assert_int_eq(oom_job_ended(&roots, 4711, "node0"), 0);
	/* ...and nothing was made. */
	ck_assert_int_ne(faccessat(dir_fd, OOM_SPOOL_FOLDER, F_OK, 0), 0);
	end();
}
END_TEST

TESTS("watch", opens_and_closes, batch_file_stays, cannot_open,
      healthy_step_is_silent, verbose_step_is_told_of, last_task,
      is_not_held_up, more_tasks_than_are_kept, job_ended,
      job_ended_on_another_node, step_that_still_runs,
      what_must_not_be_believed, nothing_to_end)
