// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program that names, over its socket: what it does of its own while a
 * process sleeps.  Counted in its voluntary switches, one for each nap: no time
 * is measured but to say how many it may have had.
 */
#include "check.h"

#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

/* The program itself, in a process of ours. */
int names_main(int argc, char **argv);
#define main names_main
#include "../lib/growth.h"
#include "../lib/names/looks.c" /* NOLINT */
#include "../lib/names/main.c"	/* NOLINT */
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

/* Until it writes a byte. */
static pid_t start_python(const char *script)
{
	int ready[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
		(void)dup2(ready[1], 1);
		(void)execl("/usr/bin/python3", "python3", "-c", script,
			    (char *)NULL);
		_exit(127);
	}
	(void)close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	return pid;
}

/* A Python that sleeps at a line that is known; none here: nothing to test. */
static bool begin_with(const char *script)
{
	int fds[2];

	if (access("/usr/bin/python3", X_OK)) {
		printf("skipped: no /usr/bin/python3\n");
		return false;
	}
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	sleeper = start_python(script);
	start_program(fds);
	return true;
}

static const char sleeps[] = "import os, time\nos.write(1, b'.')\n"
			     "time.sleep(600)\n";

static bool begin(void)
{
	return begin_with(sleeps);
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
static void ask_look_at(int fault_fd, const char *what)
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

	part.iov_len = (size_t)snprintf(text, sizeof(text), "look %d %s",
					sleeper, what);
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
	ask_look_at(-1, "0");
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
	const unsigned long questions = 60;
	uint64_t first_ms, most_ms;

	if (!begin())
		return;
	await_sleep();
	ask_look();
	expect("asleep");
	first_ms = now_ms();
	for (unsigned long i = 0; i < questions; i++) {
		ask_look();
		expect("asleep");
	}
	most_ms = WAIT_FIRST_MS + AWAKE_MS +
		  (now_ms() - first_ms + AWAKE_MS) * WAIT_PERCENT / 100;
	/* Two switches for each question. */
	ck_assert_uint_le(naps(),
			  most_ms * 1000000L / WAKE_POLL_NS + questions * 2);
	ck_assert_uint_lt(most_ms, questions * AWAKE_MS / 2);
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

/* Not allowed here: nothing to test. */
static bool has_faults(void)
{
	int fd = oom_growth_open_one(getpid());

	if (fd < 0) {
		printf("skipped: %s\n", oom_growth_why(fd));
		return false;
	}
	(void)close(fd);
	return true;
}

static void ask_with_faults(const char *what)
{
	int fd = oom_growth_open_one(sleeper);

	ck_assert_int_ge(fd, 0);
	ask_look_at(fd, what);
	(void)close(fd);
}

/*
 * It sleeps nearly always, and computes for longer than it grows: still each look
 * sees it where it grows.  What is unmapped at once is told as gone.
 */
START_TEST(at_its_faults)
{
	static const char script[] =
		"import mmap, os, time\n"
		"def grow():\n"
		"    m = mmap.mmap(-1, 1 << 21, mmap.MAP_PRIVATE |"
		" mmap.MAP_ANONYMOUS)\n"
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
	unsigned int grows = 0, gone = 0, told = 0;

	if (!has_faults() || !begin_with(script))
		return;
	while (told < 20 || (!gone && told < 500)) {
		char text[PACKET_MAX];
		ssize_t got;

		ask_with_faults("0");
		do {
			got = recv(ours, text, sizeof(text) - 1, 0);
			ck_assert_int_gt(got, 0);
			text[got] = '\0';
			gone += !strncmp(text, "gone ", 5);
		} while (strncmp(text, "python ", 7) &&
			 strncmp(text, "asleep ", 7));
		told++;
		if (told <= 20)
			grows += !!strstr(text, " grow\t");
	}
	/* By the clock it would be seen there by chance. */
	ck_assert_uint_ge(grows, 12);
	ck_assert_uint_ge(gone, 1);
	end();
}
END_TEST

/* A table in shared memory; and larger lists of its own, which come and go. */
START_TEST(at_its_shared_faults)
{
	static const char script[] =
		"import mmap, os\n"
		"m = mmap.mmap(-1, 1 << 20)\n"
		"def fill():\n"
		"    for i in range(0, 1 << 20, 4096): m[i] = 1\n"
		"def work():\n"
		"    return len(list(range(60000)))\n"
		"os.write(1, b'.')\n"
		"while True:\n"
		"    work()\n"
		"    fill()\n"
		"    m.madvise(mmap.MADV_REMOVE)\n";
	unsigned int fills = 0, works = 0;

	if (!has_faults() || !begin_with(script))
		return;
	for (int i = 0; i < 30; i++) {
		char text[PACKET_MAX];
		ssize_t got;

		ask_with_faults(i < 20 ? "100 mapped" : "100");
		/* A temporary is told as given, too. */
		do {
			got = recv(ours, text, sizeof(text) - 1, 0);
			ck_assert_int_gt(got, 0);
			text[got] = '\0';
		} while (strncmp(text, "python ", 7) &&
			 strncmp(text, "asleep ", 7) &&
			 strncmp(text, "nothing ", 8));
		if (i < 20) {
			ck_assert_ptr_nonnull(strstr(text, "\tshared"));
			fills += !!strstr(text, " fill\t");
		} else {
			ck_assert_ptr_null(strstr(text, "\tshared"));
			works += !!strstr(text, " work\t");
		}
	}
	ck_assert_uint_ge(fills, 13);
	ck_assert_uint_ge(works, 6);
	end();
}
END_TEST

/* What is written to a file is no page fault; nearly all of its time is not in
 * there, and it does not sleep. */
START_TEST(at_its_writes)
{
	static const char script[] = "import os\n"
				     "def spill(f, block):\n"
				     "    os.pwrite(f, block, 0)\n"
				     "def work():\n"
				     "    for i in range(20000): pass\n"
				     "os.write(1, b'.')\n"
				     "f = os.memfd_create('spill')\n"
				     "block = bytes(1 << 23)\n"
				     "while True:\n"
				     "    work()\n"
				     "    spill(f, block)\n";
	char text[PACKET_MAX];
	unsigned int spills = 0;

	if (!begin_with(script))
		return;
	for (int i = 0; i < 20; i++) {
		ssize_t got;

		ask_look_at(-1, "0 written");
		got = recv(ours, text, sizeof(text) - 1, 0);
		ck_assert_int_gt(got, 0);
		text[got] = '\0';
		ck_assert_ptr_nonnull(strstr(text, "\tshared"));
		spills += !!strstr(text, " spill\t");
	}
	ck_assert_uint_ge(spills, 10);
	end();
}
END_TEST

/* One that grows is told while another is waited for, which does not. */
START_TEST(beside_each_other)
{
	static const char script[] = "import os\n"
				     "os.write(1, b'.')\n"
				     "kept = []\n"
				     "while True:\n"
				     "    kept.append(bytes(100000))\n"
				     "    if len(kept) > 500: kept = []\n";
	pid_t other, grower;

	if (!has_faults() || !begin())
		return;
	await_sleep();
	grower = start_python(script);
	other = sleeper;
	ask_with_faults("9");
	sleeper = grower;
	ask_with_faults("9");
	expect("python");
	(void)kill(sleeper, SIGKILL);
	(void)waitpid(sleeper, NULL, 0);
	/* And that one is where it was when it was asked for, once it is gone. */
	sleeper = other;
	(void)kill(sleeper, SIGKILL);
	expect("asleep");
	end();
}
END_TEST

/* Whoever waits is told what was seen first. */
START_TEST(in_a_hurry)
{
	if (!has_faults() || !begin())
		return;
	await_sleep();
	ask_with_faults("9");
	ck_assert_int_eq(send(ours, "hurry", 5, 0), 5);
	expect("asleep");
	/* By the clock it takes ten times as many. */
	ck_assert_uint_lt(naps(), AWAKE_MS * 1000000L / WAKE_POLL_NS / 10);
	end();
}
END_TEST

static void ck_memory(uintptr_t touched, const char *kind)
{
	char text[PACKET_MAX];
	ssize_t got;
	int len = snprintf(text, sizeof(text), "name %d t%lx l%lx", sleeper,
			   (unsigned long)touched,
			   (unsigned long)(uintptr_t)&start_python + 1);

	ck_assert_int_eq(send(ours, text, (size_t)len, 0), len);
	got = recv(ours, text, sizeof(text) - 1, 0);
	ck_assert_int_gt(got, 0);
	text[got] = '\0';
	ck_assert_ptr_nonnull(
		strstr(text, " start_python\tcheck_names_program.c\t"));
	ck_assert_str_eq(strrchr(text, '\t') + 1, kind);
}

/* Of native code: what it touched, also where that was mapped a moment ago. */
START_TEST(kind_of_memory)
{
	int fds[2], from[2], to[2];
	uintptr_t at[3] = { 0 };

	ck_assert_int_eq(pipe(from), 0);
	ck_assert_int_eq(pipe(to), 0);
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	sleeper = fork();
	if (!sleeper) {
		char byte;

		(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
		(void)close(fds[0]);
		(void)close(fds[1]);
		at[0] = (uintptr_t)at;
		at[1] = (uintptr_t)sbrk(8192) + 4096;
		(void)!write(from[1], at, sizeof(at));
		(void)!read(to[0], &byte, 1);
		at[2] = (uintptr_t)mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		(void)!write(from[1], at, sizeof(at));
		(void)pause();
	}
	ck_assert_int_eq(read(from[0], at, sizeof(at)), sizeof(at));
	start_program(fds);
	ask_look();
	expect("nothing");
	ck_memory(at[1], "heap");
	ck_memory((uintptr_t)&start_python, "file");
	ck_assert_int_eq(write(to[1], "", 1), 1);
	ck_assert_int_eq(read(from[0], at, sizeof(at)), sizeof(at));
	ck_memory(at[2], "shared");
#if !defined(__SANITIZE_ADDRESS__)
	/* There, locals may live elsewhere. */
	ck_memory(at[0], "stack");
#endif
	end();
}
END_TEST

TESTS("names_program", in_a_hurry, kind_of_memory, at_its_shared_faults,
      at_its_writes, beside_each_other, waits_for_a_sleeper, another_question,
      waits_within_its_budget, comes_and_goes, at_its_faults)
