// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../lib/child.h"
#include "../lib/clock.h"

static int proc_fd;
static unsigned int open_before;
static struct oom_child child;

/* What a child saw of itself. */
struct sight {
	uint32_t uid, gid, n_gids;
	int32_t open_fds, dumpable, fork_errno, stdout_is_null;
	int32_t oom_score_adj;
	uint64_t core, cpu;
	int32_t sid_is_own, pipe_ignored, term_default, blocked;
	int32_t cwd_is_root;
};

static void begin(void)
{
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(proc_fd, 0);
	child = (struct oom_child){
		.uid = geteuid(),
		.gid = getegid(),
		.proc_fd = proc_fd,
		.home_fd = -1,
		.life_s = 20,
		/* A sanitizer's own memory needs more than none. */
		.may_allocate = true,
	};
	open_before = count_descriptors();
}

/* Neither a child of ours nor a descriptor is left. */
static void end(void)
{
	ck_assert_uint_eq(count_descriptors(), open_before);
	for (int i = 0; i < 100 && waitpid(-1, NULL, WNOHANG) > 0; i++)
		;
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	(void)close(proc_fd);
}

static int read_adj(void)
{
	char text[16] = "";
	int fd = openat(proc_fd, "self/oom_score_adj", O_RDONLY);

	if (fd < 0)
		return -1;
	(void)!read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	return atoi(text);
}

static void look(void *arg, void *result)
{
	struct sight *s = result;
	struct stat out, null;
	struct rlimit limit;
	struct sigaction act;
	sigset_t mask;
	char cwd[64] = "";
	pid_t pid;

	(void)arg;
	s->uid = geteuid();
	s->gid = getegid();
	s->n_gids = (uint32_t)getgroups(0, NULL);
	for (int fd = 3; fd < 1024; fd++)
		s->open_fds += fcntl(fd, F_GETFD) >= 0;
	s->dumpable = prctl(PR_GET_DUMPABLE);
	s->stdout_is_null = !fstat(1, &out) && !fstat(0, &null) &&
			    out.st_ino == null.st_ino;
	s->oom_score_adj = read_adj();
	(void)getrlimit(RLIMIT_CORE, &limit);
	s->core = limit.rlim_max;
	(void)getrlimit(RLIMIT_CPU, &limit);
	s->cpu = limit.rlim_max;
	s->sid_is_own = getsid(0) == getpid();
	(void)sigaction(SIGPIPE, NULL, &act);
	s->pipe_ignored = act.sa_handler == SIG_IGN;
	(void)sigaction(SIGTERM, NULL, &act);
	s->term_default = act.sa_handler == SIG_DFL;
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	s->blocked = sigismember(&mask, SIGTERM);
	s->cwd_is_root = getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, "/");
	pid = fork();
	if (!pid)
		_exit(0);
	s->fork_errno = pid < 0 ? errno : 0;
}

static void nothing(int sig)
{
	(void)sig;
}

START_TEST(bounded)
{
	struct sight s = { 0 };
	sigset_t mask;
	int fd;

	begin();
	fd = open("/dev/null", O_RDONLY); /* must not be seen in there */
	(void)signal(SIGTERM, nothing);
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &mask, NULL);
	child.work = look;
	child.result_len = sizeof(s);
	ck_assert_int_eq(oom_child_run(&child, 10000, &s, NULL), 0);
	(void)sigprocmask(SIG_UNBLOCK, &mask, NULL);
	ck_assert_uint_eq(s.uid, geteuid());
	/* /proc and the pipe for its result. */
	ck_assert_int_eq(s.open_fds, 2);
	ck_assert_int_eq(s.dumpable, 0);
	ck_assert_int_eq(s.stdout_is_null, 1);
	ck_assert_uint_eq(s.core, 0);
	ck_assert_uint_le(s.cpu, 60);
	ck_assert_int_eq(s.sid_is_own, 1);
	ck_assert_int_eq(s.pipe_ignored, 1);
	ck_assert_int_eq(s.term_default, 1);
	ck_assert_int_eq(s.blocked, 0);
	ck_assert_int_eq(s.cwd_is_root, 1);
	ck_assert_int_eq(s.oom_score_adj, 1000);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(becomes_the_user)
{
	const uint32_t groups[] = { 65534, 1234 };
	struct sight s = { 0 };

	begin();
	if (!geteuid()) {
		child.uid = 65534;
		child.gid = 65533;
		child.gids = groups;
		child.n_gids = 2;
		child.work = look;
		child.result_len = sizeof(s);
		ck_assert_int_eq(oom_child_run(&child, 10000, &s, NULL), 0);
		ck_assert_uint_eq(s.uid, 65534);
		ck_assert_uint_eq(s.gid, 65533);
		ck_assert_uint_eq(s.n_gids, 2);
		/* RLIMIT_NPROC 0 holds for users. */
		ck_assert_int_eq(s.fork_errno, EAGAIN);
		ck_assert_uint_eq(geteuid(), 0);
	}
	end();
}
END_TEST

/* Root cannot be had back in there. */
static void regain(void *arg, void *result)
{
	(void)arg;
	*(int *)result = setuid(0) ? errno : 0;
}

START_TEST(stays_the_user)
{
	int rc = -1;

	begin();
	if (!geteuid()) {
		child.uid = child.gid = 65534;
		child.work = regain;
		child.result_len = sizeof(rc);
		ck_assert_int_eq(oom_child_run(&child, 10000, &rc, NULL), 0);
		ck_assert_int_eq(rc, EPERM);
	}
	end();
}
END_TEST

/* If it cannot become the user it does nothing at all. */
START_TEST(cannot_become_the_user)
{
	int rc = 77;
	pid_t pid;
	int status;

	begin();
	if (!geteuid()) {
		pid = fork();
		ck_assert_int_ge(pid, 0);
		if (!pid) {
			if (setresuid(65534, 65534, 65534))
				_exit(2);
			child.uid = 0;
			child.work = regain;
			child.result_len = sizeof(rc);
			_exit(oom_child_run(&child, 10000, &rc, NULL) == -EIO &&
					      rc == 77
				      ? 0
				      : 1);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
	}
	end();
}
END_TEST

static void keeps(void *arg, void *result)
{
	const int *fds = arg;
	unsigned char *open_ones = result;

	for (int i = 0; i < 4; i++)
		open_ones[i] = fcntl(fds[i], F_GETFD) >= 0;
	for (int fd = 3; fd < 1024; fd++)
		open_ones[4] += fcntl(fd, F_GETFD) >= 0;
}

START_TEST(keeps_what_it_is_told)
{
	unsigned char open_ones[5] = { 0 };
	int fds[4];

	begin();
	for (int i = 0; i < 4; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* Out of order, and one of them is none. */
	child.keep[0] = fds[3];
	child.keep[1] = -1;
	child.keep[2] = fds[1];
	child.n_keep = 3;
	child.work = keeps;
	child.arg = fds;
	child.result_len = sizeof(open_ones);
	ck_assert_int_eq(oom_child_run(&child, 10000, open_ones, NULL), 0);
	ck_assert_int_eq(open_ones[0], 0);
	ck_assert_int_eq(open_ones[1], 1);
	ck_assert_int_eq(open_ones[2], 0);
	ck_assert_int_eq(open_ones[3], 1);
	ck_assert_int_eq(open_ones[4], 4);
	for (int i = 0; i < 4; i++)
		(void)close(fds[i]);
	end();
}
END_TEST

static void crash(void *arg, void *result)
{
	(void)arg;
	(void)result;
	(void)kill(getpid(), SIGKILL);
}

START_TEST(crashes)
{
	char result[8] = "same";

	begin();
	child.work = crash;
	child.result_len = sizeof(result);
	ck_assert_int_eq(oom_child_run(&child, 10000, result, NULL), -EIO);
	end();
}
END_TEST

static void hang(void *arg, void *result)
{
	volatile pid_t *pid = arg;

	(void)result;
	*pid = getpid();
	for (;;)
		(void)pause();
}

/* It is not waited for, and it does not live on for ever. */
START_TEST(hangs)
{
	volatile pid_t *pid = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t begun = oom_now_ms();
	char result[8] = "same";

	begin();
	ck_assert(pid != MAP_FAILED);
	child.work = hang;
	child.arg = (void *)pid;
	child.life_s = 1;
	child.result_len = sizeof(result);
	ck_assert_int_eq(oom_child_run(&child, 200, result, NULL), -ETIMEDOUT);
	ck_assert_uint_lt(oom_now_ms() - begun, 1000);
	ck_assert_str_eq(result, "same");
	for (int i = 0; i < 100 && (!*pid || !kill(*pid, 0)); i++)
		(void)usleep(100000);
	ck_assert(*pid);
	/* Gone, or a zombie that its new parent has not looked at. */
	if (!kill(*pid, 0)) {
		char path[64], state[512] = "";
		int fd;

		(void)snprintf(path, sizeof(path), "/proc/%d/stat", *pid);
		fd = open(path, O_RDONLY);
		(void)!read(fd, state, sizeof(state) - 1);
		(void)close(fd);
		ck_contains(state, ") Z ");
	}
	end();
}
END_TEST

static void slow(void *arg, void *result)
{
	(void)arg;
	(void)usleep(300000);
	*(int *)result = 42;
}

START_TEST(slow_but_in_time)
{
	int result = 0;

	begin();
	child.work = slow;
	child.result_len = sizeof(result);
	ck_assert_int_eq(oom_child_run(&child, 10000, &result, NULL), 0);
	ck_assert_int_eq(result, 42);
	end();
}
END_TEST

START_TEST(no_wait_at_all)
{
	uint64_t begun = oom_now_ms();
	int result = 0, rc;

	begin();
	child.work = slow;
	child.result_len = sizeof(result);
	rc = oom_child_run(&child, 0, &result, NULL);
	ck_assert_int_eq(rc, -ETIMEDOUT);
	ck_assert_uint_lt(oom_now_ms() - begun, 250);
	(void)usleep(100000); /* the middle process is ours to reap here */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	end();
}
END_TEST

START_TEST(limits_of_the_request)
{
	static char result[2000];

	begin();
	child.work = slow;
	child.result_len = 1025;
	ck_assert_int_eq(oom_child_run(&child, 10000, result, NULL), -EINVAL);
	child.result_len = 4;
	child.n_keep = OOM_CHILD_KEEP_MAX + 1;
	ck_assert_int_eq(oom_child_run(&child, 10000, result, NULL), -EINVAL);
	end();
}
END_TEST

START_TEST(no_descriptors_left)
{
	struct rlimit old, few;
	int result = 0, rc;

	begin();
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = 3;
	child.work = slow;
	child.result_len = sizeof(result);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	rc = oom_child_run(&child, 10000, &result, NULL);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	ck_assert_int_eq(rc, -EMFILE);
	end();
}
END_TEST

/* ---- a child of the child ---- */

/* Two processes deep; 0: it came back with its own status. */
static void forks(void *arg, void *result)
{
	int *rc = result, status = -1;
	pid_t pid = oom_fork();

	(void)arg;
	if (!pid)
		_exit(7);
	*rc = pid < 0				     ? -errno
	      : waitpid(pid, &status, __WALL) == pid ? status
						     : -ECHILD;
}

/* RLIMIT_NPROC does not hold for root. */
START_TEST(may_fork)
{
	int rc = 0;

	begin();
	if (!geteuid()) {
		child.uid = child.gid = 65534;
		child.work = forks;
		child.result_len = sizeof(rc);
		/* As in a child that allocates nothing. */
		child.may_allocate = false;
		ck_assert_int_eq(oom_child_run(&child, 10000, &rc, NULL), 0);
		ck_assert_int_eq(rc, -EAGAIN);
		child.may_fork = true;
		ck_assert_int_eq(oom_child_run(&child, 10000, &rc, NULL), 0);
		ck_assert_int_eq(rc, 7 << 8);
	} else {
		printf("skipped: needs root to become another\n");
	}
	end();
}
END_TEST

static volatile sig_atomic_t told_of_a_child;

static void note_child(int sig)
{
	(void)sig;
	told_of_a_child = 1;
}

/* slurmstepd waits for any child in another thread: not for this one. */
START_TEST(fork_that_nobody_waits_for)
{
	siginfo_t info = { .si_pid = 0 };
	int fds[2], status = 0;
	pid_t pid;
	char c;

	begin();
	(void)signal(SIGCHLD, note_child);
	ck_assert_int_eq(pipe(fds), 0);
	pid = oom_fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		/* Memory is its own, and so are its descriptors. */
		told_of_a_child = 2;
		(void)close(fds[0]);
		_exit(3);
	}
	(void)close(fds[1]);
	/* Its end closes the pipe; then it is a zombie. */
	ck_assert_int_eq(read(fds[0], &c, 1), 0);
	(void)close(fds[0]);
	ck_assert_int_eq(waitpid(-1, &status, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq(waitpid(pid, &status, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), -1);
	ck_assert_int_eq(waitpid(pid, &status, __WALL), pid);
	ck_assert_int_eq(status, 3 << 8);
	ck_assert_int_eq(told_of_a_child, 0);
	(void)signal(SIGCHLD, SIG_DFL);
	end();
}
END_TEST

START_TEST(closes_from)
{
	int fds[3], status = -1;
	pid_t pid;

	begin();
	for (int i = 0; i < 3; i++)
		fds[i] = fcntl(0, F_DUPFD, 500 + 100 * i);
	pid = oom_fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		oom_close_from(600);
		_exit(fcntl(0, F_GETFD) < 0 || fcntl(fds[0], F_GETFD) < 0 ||
		      fcntl(fds[1], F_GETFD) >= 0 ||
		      fcntl(fds[2], F_GETFD) >= 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, __WALL), pid);
	ck_assert_int_eq(status, 0);
	for (int i = 0; i < 3; i++)
		(void)close(fds[i]);
	end();
}
END_TEST

/* Ours in any order, and nobody else's in between. */
START_TEST(closes_its_own)
{
	unsigned int before = count_descriptors();
	int fds[8], others[2];

	for (int i = 0; i < 8; i++) {
		fds[i] = open("/dev/null", O_RDONLY);
		ck_assert_int_ge(fds[i], 0);
	}
	others[0] = fds[2];
	others[1] = fds[5];
	fds[2] = fds[7];
	fds[5] = -1;
	fds[7] = -1;
	oom_close_all(fds, 8);
	ck_assert_uint_eq(count_descriptors(), before + 2);
	ck_assert_int_ge(fcntl(others[0], F_GETFD), 0);
	ck_assert_int_ge(fcntl(others[1], F_GETFD), 0);
	oom_close_all(others, 2);
	oom_close_all(others, 0);
	ck_assert_uint_eq(count_descriptors(), before);
}
END_TEST

TESTS("child", bounded, becomes_the_user, stays_the_user,
      cannot_become_the_user, keeps_what_it_is_told, crashes, hangs,
      slow_but_in_time, no_wait_at_all, limits_of_the_request,
      no_descriptors_left, may_fork, fork_that_nobody_waits_for, closes_from,
      closes_its_own)
