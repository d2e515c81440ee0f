// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptors in a queue: taken, looked at, dropped, never lost or leaked. */
#include "check.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include "../lib/handover.h"

static char folder[64];
static int dir_fd, sockets[2], fds[2];
static unsigned int open_before;

static void begin(void)
{
	dir_fd = make_folder(folder);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				    sockets),
			 0);
	open_before = count_descriptors();
	fds[0] = fds[1] = 77;
}

static void end(void)
{
	ck_assert_uint_eq(count_descriptors(), open_before);
	(void)close(sockets[0]);
	(void)close(sockets[1]);
	remove_folder(folder, dir_fd);
}

/* As task `id`, whose streams are the files "ID.out" and "ID.err". */
static void send_of(uint32_t id)
{
	int kept[2] = { dup(1), dup(2) };
	char name[32];

	for (int i = 0; i < 2; i++) {
		int fd;

		(void)snprintf(name, sizeof(name), "%u.%s", id,
			       i ? "err" : "out");
		fd = openat(dir_fd, name, O_WRONLY | O_CREAT, 0600);
		ck_assert_int_ge(fd, 0);
		ck_assert_int_ge(dup2(fd, 1 + i), 0);
		(void)close(fd);
	}
	oom_handover_send(sockets[1], id);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_ge(dup2(kept[i], 1 + i), 0);
		(void)close(kept[i]);
	}
}

static bool is_file(int fd, const char *name)
{
	struct stat a, b;

	return !fstat(fd, &a) && !fstatat(dir_fd, name, &b, 0) &&
	       a.st_ino == b.st_ino;
}

/* Those of task `id`, closed on exec; closes them. */
static void ck_pair(uint32_t id)
{
	char name[32];

	for (int i = 0; i < 2; i++) {
		(void)snprintf(name, sizeof(name), "%u.%s", id,
			       i ? "err" : "out");
		ck_assert_msg(is_file(fds[i], name), "not %s", name);
		ck_assert_int_eq(fcntl(fds[i], F_GETFD), FD_CLOEXEC);
		ck_assert_int_eq(close(fds[i]), 0);
	}
}

static void ck_none(void)
{
	ck_assert_int_eq(fds[0], -1);
	ck_assert_int_eq(fds[1], -1);
}

START_TEST(takes_the_wanted)
{
	begin();
	for (uint32_t id = 0; id < 3; id++)
		send_of(id);
	oom_handover_take(sockets[0], 1, fds);
	ck_pair(1);
	/* The queue is empty, and nothing is left open. */
	oom_handover_take(sockets[0], 1, fds);
	ck_none();
	/* Another's in its place. */
	send_of(5);
	send_of(6);
	oom_handover_take(sockets[0], 1, fds);
	ck_pair(5);
	end();
}
END_TEST

START_TEST(peek_takes_nothing)
{
	begin();
	oom_handover_peek(sockets[0], fds);
	ck_none();
	for (uint32_t id = 3; id < 6; id++)
		send_of(id);
	/* The first one, as often as one likes. */
	for (int i = 0; i < 3; i++) {
		oom_handover_peek(sockets[0], fds);
		ck_assert_uint_eq(count_descriptors(), open_before + 2);
		ck_pair(3);
	}
	oom_handover_take(sockets[0], 5, fds);
	ck_pair(5);
	oom_handover_peek(sockets[0], fds);
	ck_none();
	end();
}
END_TEST

/* What was looked at is still all there, in its order. */
START_TEST(queue_is_unchanged)
{
	begin();
	send_of(7);
	send_of(8);
	oom_handover_peek(sockets[0], fds);
	ck_pair(7);
	oom_handover_take(sockets[0], 8, fds);
	ck_pair(8);
	send_of(7);
	send_of(8);
	oom_handover_peek(sockets[0], fds);
	ck_pair(7);
	oom_handover_take(sockets[0], 99, fds);
	ck_pair(7);
	end();
}
END_TEST

START_TEST(drop)
{
	int pipe_fds[2], out = dup(1);
	char c;

	begin();
	ck_assert_int_eq(pipe(pipe_fds), 0);
	(void)fflush(stdout);
	ck_assert_int_ge(dup2(pipe_fds[1], 1), 0);
	oom_handover_send(sockets[1], 0);
	ck_assert_int_ge(dup2(out, 1), 0);
	(void)close(pipe_fds[1]);
	/* A look does not keep the pipe open either. */
	oom_handover_peek(sockets[0], fds);
	(void)close(fds[0]);
	(void)close(fds[1]);
	oom_handover_drop(sockets[0], 2000);
	ck_assert_int_eq(read(pipe_fds[0], &c, 1), 0);
	(void)close(pipe_fds[0]);
	oom_handover_take(sockets[0], 0, fds);
	ck_none();
	end();
	(void)close(out);
}
END_TEST

/* Neither a message without descriptors nor one of another size is a pair. */
START_TEST(foreign_messages)
{
	const uint32_t id = 4;

	begin();
	ck_assert_int_eq(send(sockets[1], &id, sizeof(id), 0), sizeof(id));
	oom_handover_peek(sockets[0], fds);
	ck_none();
	send_of(4);
	oom_handover_take(sockets[0], 4, fds);
	ck_pair(4);
	ck_assert_int_eq(send(sockets[1], "x", 1, 0), 1);
	oom_handover_peek(sockets[0], fds);
	ck_none();
	oom_handover_drop(sockets[0], 2000);
	oom_handover_peek(sockets[0], fds);
	ck_none();
	end();
}
END_TEST

/* Near the limit the kernel hands over fewer: half a pair is none. */
START_TEST(no_descriptors_left)
{
	struct rlimit old, few;
	int top;

	begin();
	send_of(0);
	top = dup(0);
	ck_assert_int_ge(top, 0);
	(void)close(top);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)top + 1;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	oom_handover_peek(sockets[0], fds);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	ck_none();
	/* Another time. */
	oom_handover_peek(sockets[0], fds);
	ck_pair(0);
	end();
}
END_TEST

/* A full queue does not hold up a task. */
START_TEST(never_blocks)
{
	begin();
	(void)alarm(20);
	for (uint32_t i = 0; i < 2000; i++)
		oom_handover_send(sockets[1], i);
	(void)alarm(0);
	oom_handover_drop(sockets[0], 2000);
	end();
}
END_TEST

TESTS("handover", takes_the_wanted, peek_takes_nothing, queue_is_unchanged,
      drop, foreign_messages, no_descriptors_left, never_blocks)
