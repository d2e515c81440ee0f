// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RESULT_MAX  1024
#define CPU_SECONDS 5
#define STACK_BYTES (1 << 20)
#define NOFILE	    1024
#define START_MS    1000

uint64_t oom_sleeps(void)
{
	struct rusage usage = { 0 };

	(void)getrusage(RUSAGE_THREAD, &usage);
	return (uint64_t)usage.ru_nvcsw;
}

static void close_from_to(unsigned int first, unsigned int last)
{
	if (first > last)
		return;
#ifdef SYS_close_range
	if (!syscall(SYS_close_range, first, last, 0))
		return;
#endif
	/* Kernels before 5.9. */
	for (unsigned int fd = first; fd <= last && fd < 4096; fd++)
		(void)close((int)fd);
}

void oom_close_from(unsigned int first)
{
	close_from_to(first, ~0U);
}

static void sort(int *fds, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j && fds[j - 1] > fds[j]; j--) {
			int swap = fds[j];

			fds[j] = fds[j - 1];
			fds[j - 1] = swap;
		}
}

void oom_close_all(int *fds, size_t n)
{
	sort(fds, n);
	for (size_t i = 0, next; i < n; i = next) {
		next = i + 1;
		if (fds[i] < 0)
			continue;
		while (next < n && fds[next] == fds[next - 1] + 1)
			next++;
#ifdef SYS_close_range
		if (next - i > 1 &&
		    !syscall(SYS_close_range, fds[i], fds[next - 1], 0))
			continue;
#endif
		for (; i < next; i++)
			(void)close(fds[i]);
	}
}

/* slurmstepd's sockets must not outlive it in here: srun would wait. */
static void close_all_but(int *keep, size_t n)
{
	unsigned int next = 3;

	sort(keep, n);
	for (size_t i = 0; i < n; i++) {
		if (keep[i] < (int)next)
			continue;
		close_from_to(next, (unsigned int)keep[i] - 1);
		next = (unsigned int)keep[i] + 1;
	}
	close_from_to(next, ~0U);
	/* 2 may be the task's own stderr. */
	(void)dup2(0, 1);
	(void)dup2(0, 2);
}

static void limit(int what, rlim_t value)
{
	struct rlimit r = { value, value };

	(void)setrlimit(what, &r);
}

static void bound(unsigned int life_s)
{
	struct sigaction act = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &act, NULL);
	act.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &act, NULL);
	(void)sigaction(SIGXFSZ, &act, NULL);
	(void)sigaction(SIGTTOU, &act, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setsid();
	(void)umask(077);
	(void)chdir("/");
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, CPU_SECONDS);
	limit(RLIMIT_STACK, STACK_BYTES);
	(void)alarm(life_s);
}

/*
 * As fork(), but nobody is told of its end (exit signal 0): slurmstepd waits
 * for any child in another thread, and would take ours.  Into another cgroup
 * where the kernel can (v2, Linux 5.7).  glibc has no wrapper; its own
 * bookkeeping for a fork (of malloc's locks, say) is left out, so this is only
 * for children that keep to plain system calls.
 */
static pid_t fork_into(int home_fd)
{
#if defined(SYS_clone3) && defined(CLONE_INTO_CGROUP)
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.cgroup = (uint64_t)home_fd,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
#else
	(void)home_fd;
	return -1;
#endif
}

pid_t oom_fork(void)
{
	/* All zero: the order of the arguments, which differs, is all one. */
	return (pid_t)syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);
}

/* v1, an old kernel, or a container that refused: walk there. */
static void go_home(int home_fd)
{
	int fd = openat(home_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "0", 1);
	(void)close(fd);
}

static void be_victim(int proc_fd)
{
	int fd = openat(proc_fd, "self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "1000", 4);
	(void)close(fd);
}

/*
 * By raw system calls: glibc's wrappers talk to all threads of the process,
 * and their bookkeeping is the parent's.
 */
static int become_user(const struct oom_child *c)
{
	uid_t uid, euid, suid;

	if (!geteuid() &&
	    syscall(SYS_setgroups, (size_t)c->n_gids, c->gids) < 0)
		return -errno;
	if (syscall(SYS_setresgid, c->gid, c->gid, c->gid) < 0 ||
	    syscall(SYS_setresuid, c->uid, c->uid, c->uid) < 0)
		return -errno;
	if (getresuid(&uid, &euid, &suid) || uid != c->uid || euid != c->uid ||
	    suid != c->uid)
		return -EPERM;
	(void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
	/* No processes, and no memory beyond what it has. */
	if (!c->may_fork)
		limit(RLIMIT_NPROC, 0);
#ifndef __SANITIZE_ADDRESS__
	if (c->memory_max)
		limit(RLIMIT_AS, c->memory_max);
	else if (!c->may_allocate)
		limit(RLIMIT_DATA, 0);
#endif
	return 0;
}

/* `result_fd` -1: it begins when something comes from `go_fd`. */
static void __attribute__((noreturn))
run(const struct oom_child *c, int result_fd, int go_fd)
{
	int keep[OOM_CHILD_KEEP_MAX + 2];
	char result[RESULT_MAX] = { 0 };
	size_t n = 0;

	keep[n++] = result_fd >= 0 ? result_fd : go_fd;
	if (c->proc_fd >= 0)
		keep[n++] = c->proc_fd;
	for (size_t i = 0; i < c->n_keep; i++)
		if (c->keep[i] >= 0)
			keep[n++] = c->keep[i];
	bound(c->life_s);
	close_all_but(keep, n);
	limit(RLIMIT_NOFILE, NOFILE);
	if (c->prepare)
		c->prepare(c->arg);
	be_victim(c->proc_fd);
	if (become_user(c))
		_exit(0);
	if (result_fd < 0) {
		if (read(go_fd, result, 1) != 1)
			_exit(0);
		(void)close(go_fd);
	}
	c->work(c->arg, result);
	if (result_fd >= 0)
		(void)!write(result_fd, result, c->result_len);
	_exit(0);
}

static int left_ms(uint64_t deadline_ms)
{
	uint64_t now = oom_now_ms();

	return now < deadline_ms ? (int)(deadline_ms - now) : 0;
}

/* The process in between; 0 when it is gone. */
static pid_t reap(pid_t pid, uint64_t deadline_ms)
{
	const struct timespec nap = { .tv_nsec = 100000 };
	pid_t got;

	while ((got = waitpid(pid, NULL, WNOHANG | __WALL)) == 0 &&
	       left_ms(deadline_ms))
		(void)nanosleep(&nap, NULL);
	return got ? 0 : pid;
}

int oom_child_run(const struct oom_child *c, int wait_ms, void *result,
		  struct oom_child_wait *wait)
{
	uint64_t deadline_ms = oom_now_ms() + (uint64_t)wait_ms;
	struct oom_child_wait waited = { 0 };
	struct pollfd p = { .events = POLLIN };
	int pipe_fds[2];
	ssize_t got;
	bool home;
	pid_t pid;
	int n;

	if (wait)
		*wait = waited;
	if (c->result_len > RESULT_MAX || c->n_keep > OOM_CHILD_KEEP_MAX)
		return -EINVAL;
	if (pipe2(pipe_fds, O_CLOEXEC))
		return -errno;
	pid = c->home_fd < 0 || c->may_allocate ? -1 : fork_into(c->home_fd);
	home = pid >= 0;
	if (!home)
		pid = c->may_allocate ? fork() : oom_fork();
	if (!pid) {
		if (!home && c->home_fd >= 0)
			go_home(c->home_fd);
		/* What fork() does for glibc was not done for this process. */
		pid = home		? fork_into(c->home_fd)
		      : c->may_allocate ? fork()
					: oom_fork();
		if (!pid)
			run(c, pipe_fds[1], -1);
		_exit(0);
	}
	n = errno;
	(void)close(pipe_fds[1]);
	if (pid < 0) {
		(void)close(pipe_fds[0]);
		return -n;
	}
	waited.us = oom_now_us();
	waited.sleeps = oom_sleeps();
	pid = reap(pid, deadline_ms);
	p.fd = pipe_fds[0];
	do
		n = poll(&p, 1, left_ms(deadline_ms));
	while (n < 0 && errno == EINTR);
	waited.sleeps = oom_sleeps() - waited.sleeps;
	waited.us = oom_now_us() - waited.us;
	got = n > 0 ? read(pipe_fds[0], result, c->result_len) : 0;
	(void)close(pipe_fds[0]);
	/* Most often it has gone while we waited for its child. */
	if (pid && waitpid(pid, NULL, WNOHANG | __WALL))
		pid = 0;
	waited.left = pid;
	if (wait)
		*wait = waited;
	if (!n)
		return -ETIMEDOUT;
	return got == (ssize_t)c->result_len ? 0 : -EIO;
}

static int open_pid(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

/* In the process in between. */
static void __attribute__((noreturn))
start(const struct oom_child *c, bool home, int go_fd)
{
	pid_t pid;

	if (!home && c->home_fd >= 0)
		go_home(c->home_fd);
	pid = home ? fork_into(c->home_fd) : oom_fork();
	if (!pid)
		run(c, -1, go_fd);
	(void)send(go_fd, &pid, sizeof(pid), MSG_NOSIGNAL);
	_exit(0);
}

int oom_child_start(const struct oom_child *c, struct oom_child_ref *ret)
{
	const uint64_t deadline_ms = oom_now_ms() + START_MS;
	struct pollfd p = { .events = POLLIN };
	struct oom_child_ref ref;
	int pair[2], rc = 0;
	pid_t pid;
	bool home;

	if (c->n_keep > OOM_CHILD_KEEP_MAX)
		return -EINVAL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = c->home_fd < 0 ? -1 : fork_into(c->home_fd);
	home = pid >= 0;
	if (!home)
		pid = oom_fork();
	if (!pid)
		start(c, home, pair[1]);
	if (pid < 0)
		rc = -errno;
	(void)close(pair[1]);
	p.fd = pair[0];
	/* A child that is not let go ends when our socket does. */
	if (!rc && (poll(&p, 1, START_MS) != 1 ||
		    recv(p.fd, &ref.pid, sizeof(ref.pid), MSG_DONTWAIT) !=
			    sizeof(ref.pid) ||
		    ref.pid < 0))
		rc = -EIO;
	/* It has said all that it will: it goes. */
	if (pid > 0)
		(void)reap(pid, deadline_ms);
	if (!rc) {
		/* It waits for us, or is dead, and then this shows it. */
		ref.pid_fd = open_pid(ref.pid);
		if (send(p.fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1)
			rc = -EIO;
		if (rc && ref.pid_fd >= 0)
			(void)close(ref.pid_fd);
	}
	(void)close(p.fd);
	if (!rc)
		*ret = ref;
	return rc;
}

void oom_child_end(struct oom_child_ref *child)
{
	if (child->pid <= 0)
		return;
#ifdef SYS_pidfd_send_signal
	if (child->pid_fd >= 0)
		(void)syscall(SYS_pidfd_send_signal, child->pid_fd, SIGKILL,
			      NULL, 0);
#endif
	if (child->pid_fd >= 0)
		(void)close(child->pid_fd);
	child->pid = 0;
	child->pid_fd = -1;
}
