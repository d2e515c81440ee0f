// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program that names, over its socket: what it does of its own while a
 * process sleeps.  Counted in its voluntary switches, one for each nap: no time
 * is measured but to say how many it may have had.
 */
#include "check.h"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

/* The program itself, in a process of ours. */
int names_main(int argc, char **argv);
#define main names_main
#include "../lib/growth.h"
#include "../lib/names/main.c" /* NOLINT */
#undef main

static pid_t program, sleeper;
static int ours;

static void start_program(const int fds[2])
{
	char name[] = "oom-advice-names", descriptor[12],
	     *args[] = { name, descriptor, NULL };

	program = fork();
	if (!program) {
		(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
		(void)close(fds[0]);
		(void)snprintf(descriptor, sizeof(descriptor), "%d", fds[1]);
		_exit(names_main(2, args));
	}
	(void)close(fds[1]);
	ours = fds[0];
}

/* A Python that sleeps at a line that is known; none here: nothing to test. */
static bool begin_with(const char *script)
{
	int fds[2], ready[2];
	char byte;

	if (access("/usr/bin/python3", X_OK)) {
		printf("skipped: no /usr/bin/python3\n");
		return false;
	}
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	sleeper = fork();
	if (!sleeper) {
		(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
		(void)dup2(ready[1], 1);
		(void)execl("/usr/bin/python3", "python3", "-c", script,
			    (char *)NULL);
		_exit(127);
	}
	(void)close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	start_program(fds);
	return true;
}

static bool begin(void)
{
	return begin_with("import os, time\nos.write(1, b'.')\n"
			  "time.sleep(600)\n");
}

static void end(void)
{
	int status;

	(void)close(ours);
	ck_assert_int_eq(waitpid(program, &status, 0), program);
	ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	(void)kill(sleeper, SIGKILL);
	(void)waitpid(sleeper, NULL, 0);
}

static int open_proc(const char *file)
{
	char path[48];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", sleeper, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Behind its first line. */
static void await_sleep(void)
{
	int fd = open_proc("stat");

	while (!is_asleep(fd))
		(void)usleep(1000);
	(void)close(fd);
}

/* With its page faults, if there is an event for them. */
static void ask_look_at(int fault_fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(3 * sizeof(int))];
	} control = { .space = "" };
	const int fds[3] = { open_proc("maps"), open_proc("mem"), fault_fd };
	const size_t len = (fault_fd < 0 ? 2 : 3) * sizeof(int);
	char text[32];
	struct iovec part = { text, 0 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = CMSG_SPACE(len) };

	part.iov_len = (size_t)snprintf(text, sizeof(text), "look %d", sleeper);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(&control.header), fds, len);
	ck_assert_int_gt(sendmsg(ours, &message, 0), 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void ask_look(void)
{
	ask_look_at(-1);
}

static void ask_name(void)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "name %d l10", sleeper);

	ck_assert_int_eq(send(ours, text, (size_t)len, 0), len);
}

static void expect(const char *kind)
{
	char text[PACKET_MAX], want[64];
	ssize_t got = recv(ours, text, sizeof(text) - 1, 0);

	ck_assert_int_gt(got, 0);
	text[got] = '\0';
	(void)snprintf(want, sizeof(want), "%s %d", kind, sleeper);
	ck_assert_int_eq(strncmp(text, want, strlen(want)), 0);
}

/* Of the program, so far. */
static unsigned long naps(void)
{
	char path[48], text[4096], *at;
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", program);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	got = read(fd, text, sizeof(text) - 1);
	ck_assert_int_gt(got, 0);
	(void)close(fd);
	text[got] = '\0';
	at = strstr(text, "\nvoluntary_ctxt_switches:");
	ck_assert_ptr_nonnull(at);
	return strtoul(strchr(at, ':') + 1, NULL, 10);
}

START_TEST(waits_for_a_sleeper)
{
	if (!begin())
		return;
	await_sleep();
	ask_look();
	expect("asleep");
	/* A fifth of what 80 ms have room for. */
	ck_assert_uint_ge(naps(), AWAKE_MS * 1000000L / WAKE_POLL_NS / 5);
	end();
}
END_TEST

/* A question behind it is not kept waiting. */
START_TEST(another_question)
{
	unsigned long before;

	if (!begin())
		return;
	await_sleep();
	ask_look();
	expect("asleep");
	(void)kill(program, SIGSTOP);
	before = naps();
	ask_look();
	ask_name();
	(void)kill(program, SIGCONT);
	expect("asleep");
	expect("nothing");
	ck_assert_uint_le(naps(), before + 8);
	end();
}
END_TEST

/* However often it is asked. */
START_TEST(waits_within_its_budget)
{
	const unsigned long looks = 60;
	uint64_t first_ms, most_ms;

	if (!begin())
		return;
	await_sleep();
	ask_look();
	expect("asleep");
	first_ms = now_ms();
	for (unsigned long i = 0; i < looks; i++) {
		ask_look();
		expect("asleep");
	}
	most_ms = WAIT_FIRST_MS + AWAKE_MS +
		  (now_ms() - first_ms + AWAKE_MS) * WAIT_PERCENT / 100;
	/* Two switches for each question. */
	ck_assert_uint_le(naps(),
			  most_ms * 1000000L / WAKE_POLL_NS + looks * 2);
	ck_assert_uint_lt(most_ms, looks * AWAKE_MS / 2);
	end();
}
END_TEST

/*
 * A large block at the heap's end that comes and goes, and one that stays: the
 * first is told, without a question, and nothing of the other.
 */
START_TEST(comes_and_goes)
{
#if defined(__SANITIZE_ADDRESS__)
	printf("skipped: not with this allocator\n");
#else
	const struct timespec ms = { .tv_nsec = 1000000 };
	int fds[2], from[2];
	char text[80];
	uintptr_t block[2];

	ck_assert_int_eq(pipe(from), 0);
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	sleeper = fork();
	if (!sleeper) {
		volatile char *kept, *work = NULL;

		(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
		(void)close(fds[0]);
		(void)close(fds[1]);
		(void)mallopt(M_MMAP_THRESHOLD, 16 << 20);
		(void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
		kept = malloc(4 << 20);
		block[0] = (uintptr_t)kept + (2 << 20);
		for (int i = 0;; i++) {
			work = malloc(4 << 20);
			block[1] = (uintptr_t)work + (2 << 20);
			if (!i)
				(void)!write(from[1], block, sizeof(block));
			(void)nanosleep(&ms, NULL);
			free((void *)work);
			(void)nanosleep(&ms, NULL);
		}
	}
	ck_assert_int_eq(read(from[0], block, sizeof(block)), sizeof(block));
	start_program(fds);
	ask_look();
	expect("nothing");
	for (int i = 0; i < 2; i++) {
		int len = snprintf(text, sizeof(text), "watch %d %d %lu",
				   sleeper, 70 + i, (unsigned long)block[i]);

		ck_assert_int_eq(send(ours, text, (size_t)len, 0), len);
	}
	ck_assert_int_gt(recv(ours, text, sizeof(text), 0), 0);
	ck_assert_ptr_nonnull(strstr(text, " 71"));
	/* Until all that is watched was looked at as often as it ever is. */
	(void)usleep(1500000);
	ck_assert_int_lt(recv(ours, text, sizeof(text), MSG_DONTWAIT), 0);
	end();
#endif
}
END_TEST

/*
 * It sleeps nearly always, and computes for longer than it grows: still each look
 * sees it where it grows.  What is unmapped at once is told as gone.
 */
START_TEST(at_its_faults)
{
	static const char script[] =
		"import mmap, os, time\n"
		"def grow():\n"
		"    m = mmap.mmap(-1, 1 << 21)\n"
		"    for i in range(0, 1 << 21, 4096): m[i] = 1\n"
		"    return m\n"
		"def work():\n"
		"    for i in range(400000): pass\n"
		"os.write(1, b'.')\n"
		"kept = []\n"
		"while True:\n"
		"    time.sleep(0.02)\n"
		"    work()\n"
		"    m = grow()\n"
		"    if len(kept) < 60: kept.append(m)\n"
		"    m = None\n";
	unsigned int grows = 0, gone = 0, looks = 0;
	int fault_fd = oom_growth_open_one(getpid());

	if (fault_fd < 0) {
		printf("skipped: %s\n", oom_growth_why(fault_fd));
		return;
	}
	(void)close(fault_fd);
	if (!begin_with(script))
		return;
	while (looks < 20 || (!gone && looks < 500)) {
		char text[PACKET_MAX];
		ssize_t got;

		fault_fd = oom_growth_open_one(sleeper);
		ck_assert_int_ge(fault_fd, 0);
		ask_look_at(fault_fd);
		(void)close(fault_fd);
		do {
			got = recv(ours, text, sizeof(text) - 1, 0);
			ck_assert_int_gt(got, 0);
			text[got] = '\0';
			gone += !strncmp(text, "gone ", 5);
		} while (strncmp(text, "python ", 7) &&
			 strncmp(text, "asleep ", 7));
		looks++;
		if (looks <= 20)
			grows += !!strstr(text, " grow\t");
	}
	/* By the clock it would be seen there by chance. */
	ck_assert_uint_ge(grows, 12);
	ck_assert_uint_ge(gone, 1);
	end();
}
END_TEST

TESTS("names_program", waits_for_a_sleeper, another_question,
      waits_within_its_budget, comes_and_goes, at_its_faults)
