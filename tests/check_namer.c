// SPDX-License-Identifier: GPL-2.0-or-later
/* The line to the naming program: here this test itself plays it. */
#include "check.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/clock.h"
#include "../lib/namer.h"

#define NOBODY 65534

/* ---- the program's part ---- */

struct answer {
	uint32_t uid, gid;
	uint64_t memory_max, processes_max;
	int memory; /* a byte of the process's memory, or -errno */
	char maps[32], request[OOM_NAMER_PACKET];
};

static void receive(int fd, struct answer *a)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec part = { a->request, sizeof(a->request) - 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	int fds[2];
	ssize_t got = recvmsg(fd, &message, 0);
	unsigned long from = 0;
	char byte;

	if (got <= 0)
		_exit(0);
	a->request[got] = '\0';
	header = CMSG_FIRSTHDR(&message);
	if (!header)
		return;
	memcpy(fds, CMSG_DATA(header), sizeof(fds));
	(void)!read(fds[0], a->maps, sizeof(a->maps) - 1);
	from = strtoul(a->maps, NULL, 16);
	a->memory = pread(fds[1], &byte, 1, (off_t)from) == 1 ? 1 : -errno;
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void __attribute__((constructor)) be_program(int argc, char **argv)
{
	struct rlimit memory, processes;
	int fd;

	if (argc != 2 || strcmp(argv[0], "oom-advice-names") != 0)
		return;
	fd = atoi(argv[1]);
	for (;;) {
		struct answer a = { .uid = getuid(), .gid = getgid() };

		receive(fd, &a);
		(void)getrlimit(RLIMIT_AS, &memory);
		(void)getrlimit(RLIMIT_NPROC, &processes);
		a.memory_max = memory.rlim_cur;
		a.processes_max = processes.rlim_cur;
		if (strstr(a.request, "die"))
			_exit(1);
		(void)!write(fd, &a, sizeof(a.request) / 2);
	}
}

/* ---- the recorder's part ---- */

static struct oom_namer namer;
static struct oom_namer_spec spec;
static char packet[OOM_NAMER_PACKET];
static unsigned int open_before;

static void begin(void)
{
	open_before = count_descriptors();
	spec = (struct oom_namer_spec){
		.program_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC),
		.proc_fd = open("/proc", O_PATH | O_CLOEXEC),
		.home_fd = -1,
		.uid = geteuid() ? geteuid() : NOBODY,
		.gid = geteuid() ? getegid() : NOBODY,
	};
	ck_assert_int_eq(oom_namer_start(&namer, &spec), 0);
	ck_assert_int_gt(namer.program.pid, 0);
}

static void end(void)
{
	oom_namer_stop(&namer);
	oom_namer_stop(&namer);
	(void)close(spec.program_fd);
	(void)close(spec.proc_fd);
	ck_assert_uint_eq(count_descriptors(), open_before);
}

static const struct answer *answer(void)
{
	for (int n = 0; n < 5000; n++) {
		struct oom_span got = oom_namer_take(&namer, packet);

		if (got.len)
			return (const void *)packet;
		(void)usleep(2000);
	}
	ck_abort_msg("no answer");
	return NULL;
}

/* A process of that user, which waits. */
static pid_t another(uint32_t uid, bool dumpable)
{
	int ready[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		if (!geteuid() &&
		    (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
			_exit(1);
		(void)prctl(PR_SET_DUMPABLE, (long)dumpable, 0L, 0L, 0L);
		(void)!write(ready[1], "", 1);
		for (;;)
			(void)pause();
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	return pid;
}

static void end_another(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

START_TEST(runs_as_the_user)
{
	static const struct oom_namer_frame frames[] = { { 'l', 0x1000 },
							 { 'c', 0xdeadbeef },
							 { 'w', 0 } };
	const struct answer *a;

	begin();
	ck_assert_int_eq(oom_namer_ask(&namer, 12, frames, 3), 0);
	a = answer();
	ck_assert_str_eq(a->request, "name 12 l1000 cdeadbeef w0");
	ck_assert_uint_eq(a->uid, spec.uid);
	ck_assert_uint_eq(a->gid, spec.gid);
	ck_assert_uint_eq(a->processes_max, 0);
#ifndef __SANITIZE_ADDRESS__
	ck_assert_uint_eq(a->memory_max, OOM_NAMER_MEMORY);
#endif
	end();
}
END_TEST

START_TEST(looks_at_the_users)
{
	pid_t pid;
	const struct answer *a;

	begin();
	pid = another(spec.uid, true);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, (uint32_t)pid,
					OOM_GROWN_OWN, 4, -1),
			 0);
	a = answer();
	ck_assert_int_eq(strncmp(a->request, "look ", 5), 0);
	ck_assert_int_gt((int)strtoul(a->maps, NULL, 16) != 0, 0);
	ck_assert_int_eq(a->memory, 1);
	end_another(pid);
	end();
}
END_TEST

/* Root's, another user's, and what the user's own may not be looked into. */
START_TEST(not_at_others)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct before[2], after[2];
	pid_t pid;

	begin();
	if (geteuid()) {
		(void)printf("skipped: not root\n");
		end();
		return;
	}
	(void)syscall(SYS_capget, &header, before);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, 1, OOM_GROWN_OWN, 4, -1),
			 -EACCES);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, (uint32_t)getpid(),
					OOM_GROWN_OWN, 4, -1),
			 -EACCES);
	pid = another(1, true);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, (uint32_t)pid,
					OOM_GROWN_OWN, 4, -1),
			 -EACCES);
	end_another(pid);
	pid = another(spec.uid, false);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, (uint32_t)pid,
					OOM_GROWN_OWN, 4, -1),
			 -EACCES);
	end_another(pid);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, (uint32_t)pid,
					OOM_GROWN_OWN, 4, -1),
			 -ENOENT);
	ck_assert_uint_eq(oom_namer_take(&namer, packet).len, 0);
	/* And we are ourselves again. */
	(void)syscall(SYS_capget, &header, after);
	ck_assert_int_eq(memcmp(before, after, sizeof(before)), 0);
	ck_assert_int_eq((int)syscall(SYS_setfsuid, -1L), 0);
	ck_assert_int_eq((int)syscall(SYS_setfsgid, -1L), (int)getegid());
	end();
}
END_TEST

START_TEST(dead_program)
{
	int rc = 0;

	begin();
	(void)!write(namer.socket_fd, "die", 3);
	for (int n = 0; n < 5000 && !rc; n++) {
		(void)usleep(2000);
		rc = oom_namer_ask(&namer, 1, NULL, 0);
	}
	ck_assert(rc == -EPIPE || rc == -ECONNRESET);
	ck_assert_uint_eq(oom_namer_take(&namer, packet).len, 0);
	end();
}
END_TEST

/* The user may stop it: nobody waits. */
START_TEST(stopped_program)
{
	uint64_t before;
	int rc = 0;

	begin();
	ck_assert_int_eq(kill(namer.program.pid, SIGSTOP), 0);
	before = oom_now_ms();
	for (int n = 0; n < 100000 && !rc; n++)
		rc = oom_namer_ask(&namer, 1, NULL, 0);
	ck_assert_int_eq(rc, -EAGAIN);
	oom_namer_stop(&namer);
	ck_assert_uint_lt(oom_now_ms() - before, 20000);
	end();
}
END_TEST

/* Whoever reaps orphans here may take its time. */
static bool has_ended(pid_t pid)
{
	char path[64], text[512] = "", *state;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	(void)!read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	state = strrchr(text, ')');
	return !state || state[2] == 'Z' || state[2] == 'X';
}

static void ck_ends(pid_t pid)
{
	for (int n = 0; n < 5000 && !has_ended(pid); n++)
		(void)usleep(2000);
	ck_assert(has_ended(pid));
}

/* slurmstepd takes every child that ends for a task of its own. */
START_TEST(is_nobodys_child)
{
	pid_t pid;

	begin();
	pid = namer.program.pid;
	ck_assert_int_eq(oom_namer_ask(&namer, 1, NULL, 0), 0);
	(void)answer();
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
	ck_assert_int_eq(errno, ECHILD);
	(void)!write(namer.socket_fd, "die", 3);
	ck_ends(pid);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
	end();
}
END_TEST

/* Even if it is stopped, where the kernel has descriptors of processes. */
START_TEST(ends_at_once)
{
	pid_t pid;

	begin();
	pid = namer.program.pid;
	if (namer.program.pid_fd < 0)
		(void)printf("skipped: no pidfd_open\n");
	else
		ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	oom_namer_stop(&namer);
	ck_ends(pid);
	end();
}
END_TEST

/* slurmstepd is killed: nobody is left to stop it. */
START_TEST(ends_with_its_socket)
{
	pid_t pid;

	begin();
	pid = namer.program.pid;
	ck_assert_int_eq(oom_namer_ask(&namer, 1, NULL, 0), 0);
	(void)answer();
	(void)close(namer.socket_fd);
	namer.socket_fd = -1;
	ck_ends(pid);
	end();
}
END_TEST

/* What hangs up is readable for ever: it is closed, once. */
START_TEST(dead_program_is_let_go)
{
	begin();
	(void)!write(namer.socket_fd, "die", 3);
	for (int n = 0; n < 5000 && namer.socket_fd >= 0; n++) {
		ck_assert_uint_eq(oom_namer_take(&namer, packet).len, 0);
		(void)usleep(2000);
	}
	ck_assert_int_eq(namer.socket_fd, -1);
	ck_assert_int_eq(oom_namer_look(&namer, &spec, 1, OOM_GROWN_OWN, 4, -1),
			 -ENOTCONN);
	end();
}
END_TEST

/* The longest chain has room. */
START_TEST(long_chain)
{
	struct oom_namer_frame frames[OOM_NAMER_CHAIN + 5];
	const struct answer *a;
	size_t words = 0;

	begin();
	for (int i = 0; i < OOM_NAMER_CHAIN + 5; i++)
		frames[i] = (struct oom_namer_frame){ 'w', UINT64_MAX };
	ck_assert_int_eq(oom_namer_ask(&namer, UINT32_MAX, frames,
				       OOM_NAMER_CHAIN + 5),
			 0);
	a = answer();
	for (const char *at = a->request; (at = strchr(at, 'w')); at++)
		words++;
	ck_assert_uint_eq(words, OOM_NAMER_CHAIN + OOM_NAMER_REGISTERS);
	end();
}
END_TEST

/* A file that is no program: it is gone at once, and that is all. */
START_TEST(not_a_program)
{
	begin();
	oom_namer_stop(&namer);
	(void)close(spec.program_fd);
	spec.program_fd = open("/etc/passwd", O_PATH | O_CLOEXEC);
	ck_assert_int_eq(oom_namer_start(&namer, &spec), 0);
	for (int n = 0; n < 5000 && namer.socket_fd >= 0; n++) {
		ck_assert_uint_eq(oom_namer_take(&namer, packet).len, 0);
		(void)usleep(2000);
	}
	ck_assert_int_eq(namer.socket_fd, -1);
	end();
}
END_TEST

START_TEST(no_program)
{
	struct oom_namer_spec none = { .program_fd = -1 };

	ck_assert_int_eq(oom_namer_start(&namer, &none), -ENOENT);
	ck_assert_int_eq(oom_namer_look(&namer, &none, 1, OOM_GROWN_OWN, 4, -1),
			 -ENOTCONN);
	ck_assert_int_eq(oom_namer_ask(&namer, 1, NULL, 0), -ENOTCONN);
	ck_assert_uint_eq(oom_namer_take(&namer, packet).len, 0);
	oom_namer_stop(&namer);
}
END_TEST

TESTS("namer", runs_as_the_user, looks_at_the_users, not_at_others,
      dead_program, stopped_program, is_nobodys_child, ends_at_once,
      ends_with_its_socket, dead_program_is_let_go, long_chain, not_a_program,
      no_program)
