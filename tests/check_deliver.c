// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "../lib/deliver.h"

static char folder[64], name[96];
static int dir_fd, proc_fd;
static unsigned int open_before;

static void begin(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	dir_fd = make_folder(folder);
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(proc_fd, 0);
	(void)snprintf(name, sizeof(name), "%s/out", folder);
	open_before = count_descriptors();
}

static void end(void)
{
	ck_assert_uint_eq(count_descriptors(), open_before);
	(void)close(proc_fd);
	remove_folder(folder, dir_fd);
}

static int open_with(const char *text, int flags)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
	fd = open(name, flags);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static void ck_file(const char *expected)
{
	char *text = read_whole(name, NULL);

	ck_assert_str_eq(text, expected);
	free(text);
}

static int deliver(int fd, const char *text, int wait_ms)
{
	return oom_deliver(proc_fd, fd, oom_span(text), wait_ms);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- regular files ---- */

START_TEST(appends)
{
	static const struct {
		const char *before, *after;
	} files[] = {
		{ "", "block\n" },
		{ "hello\n", "hello\nblock\n" },
		{ "hello", "hello\nblock\n" },
		{ "\n", "\nblock\n" },
	};

	begin();
	for (size_t i = 0; i < 4; i++) {
		int fd = open_with(files[i].before, O_WRONLY | O_APPEND);

		ck_assert_int_eq(deliver(fd, "block\n", 0), 0);
		ck_file(files[i].after);
		(void)close(fd);
	}
	end();
}
END_TEST

/* The job has written since: not over its words. */
START_TEST(appends_without_o_append)
{
	int fd;

	begin();
	fd = open_with("hello", O_WRONLY);
	ck_assert_int_eq(deliver(fd, "block\n", 0), 0);
	ck_file("hello\nblock\n");
	/* Neither the job's place in the file nor its flags are changed. */
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 0);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK), 0);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(moved_file)
{
	char other[112];
	int fd;

	begin();
	fd = open_with("hello\n", O_WRONLY | O_APPEND);
	(void)snprintf(other, sizeof(other), "%s.moved", name);
	ck_assert_int_eq(rename(name, other), 0);
	ck_assert_int_eq(deliver(fd, "block\n", 0), 0);
	strcpy(name, other);
	ck_file("hello\nblock\n");
	(void)close(fd);
	end();
}
END_TEST

START_TEST(deleted_file)
{
	int fd;

	begin();
	fd = open_with("hello\n", O_WRONLY | O_APPEND);
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(deliver(fd, "block\n", 0), -ESTALE);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(read_only_and_closed)
{
	int fd;

	begin();
	fd = open_with("hello\n", O_RDONLY | O_APPEND);
	ck_assert_int_eq(deliver(fd, "block\n", 0), -EBADF);
	ck_file("hello\n");
	(void)close(fd);
	ck_assert_int_eq(deliver(fd, "block\n", 0), -EBADF);
	ck_assert_int_eq(deliver(-1, "block\n", 0), -EBADF);
	end();
}
END_TEST

/* One write, so that others' lines stand before it or behind it. */
START_TEST(whole_among_writers)
{
	enum { BLOCKS = 200, LEN = 3900 };
	static char block[LEN + 1];
	char *text, *at;
	size_t len;
	int fd;
	pid_t pid;

	begin();
	memset(block, 'b', LEN);
	block[LEN - 1] = '\n';
	fd = open_with("", O_WRONLY | O_APPEND);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		for (;;)
			(void)!write(fd, "line\n", 5);
	}
	for (int i = 0; i < BLOCKS / 10; i++)
		ck_assert_int_eq(deliver(fd, block, 0), 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	text = read_whole(name, &len);
	for (at = text; (at = strchr(at, 'b')); at += LEN) {
		if (at + LEN > text + len)
			break;
		ck_assert(!strncmp(at, block, LEN));
	}
	free(text);
	(void)close(fd);
	end();
}
END_TEST

/* ---- devices ---- */

START_TEST(dev_null)
{
	int fd;

	begin();
	fd = open("/dev/null", O_WRONLY);
	ck_assert_int_eq(deliver(fd, "block\n", 0), -ENODEV);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(dev_full)
{
	int fd;

	begin();
	fd = open("/dev/full", O_WRONLY);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(deliver(fd, "block\n", 100), -ENOSPC);
	(void)close(fd);
	end();
}
END_TEST

/* ---- pipes ---- */

static void ck_readable(int fd, const char *expected)
{
	char text[8192];
	ssize_t got = read(fd, text, sizeof(text) - 1);

	ck_assert_int_gt(got, 0);
	text[got] = '\0';
	ck_assert_str_eq(text, expected);
}

static void fill(int fd)
{
	static const char junk[65536];
	int flags = fcntl(fd, F_GETFL);

	ck_assert_int_eq(fcntl(fd, F_SETFL, flags | O_NONBLOCK), 0);
	while (write(fd, junk, sizeof(junk)) > 0 || write(fd, junk, 1) > 0)
		;
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(fcntl(fd, F_SETFL, flags), 0);
}

START_TEST(pipe_with_a_reader)
{
	int fds[2];

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(deliver(fds[1], "block\n", 0), 0);
	/* How its last line ends is not known: a new one in any case. */
	ck_readable(fds[0], "\nblock\n");
	ck_assert_int_eq(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
	end();
}
END_TEST

START_TEST(full_pipe)
{
	uint64_t begun;
	int fds[2];

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	fill(fds[1]);
	begun = now_ms();
	ck_assert_int_eq(deliver(fds[1], "block\n", 200), -EAGAIN);
	ck_assert_uint_ge(now_ms() - begun, 199);
	ck_assert_uint_lt(now_ms() - begun, 2000);
	ck_assert_int_eq(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
	end();
}
END_TEST

/* A slow reader is waited for. */
START_TEST(pipe_that_drains)
{
	int fds[2];
	pid_t pid;

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	fill(fds[1]);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		static char text[1 << 20];

		(void)usleep(200000);
		(void)!read(fds[0], text, sizeof(text));
		(void)usleep(1000000);
		_exit(0);
	}
	ck_assert_int_eq(deliver(fds[1], "block\n", 5000), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	(void)close(fds[0]);
	(void)close(fds[1]);
	end();
}
END_TEST

START_TEST(pipe_without_a_reader)
{
	int fds[2];

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	(void)close(fds[0]);
	ck_assert_int_eq(deliver(fds[1], "block\n", 100), -EPIPE);
	(void)close(fds[1]);
	end();
}
END_TEST

START_TEST(fifo_that_nobody_reads)
{
	uint64_t begun;
	int fd;

	begin();
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	/* As a job's "sbatch -o fifo" once had a reader. */
	fd = open(name, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(deliver(fd, "block\n", 100), 0);
	ck_readable(fd, "\nblock\n");
	fill(fd);
	begun = now_ms();
	ck_assert_int_eq(deliver(fd, "block\n", 100), -EAGAIN);
	ck_assert_uint_lt(now_ms() - begun, 2000);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(socket_pair)
{
	int fds[2];

	begin();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(deliver(fds[1], "block\n", 100), 0);
	ck_readable(fds[0], "\nblock\n");
	fill(fds[1]);
	ck_assert_int_eq(deliver(fds[1], "block\n", 100), -EAGAIN);
	(void)close(fds[0]);
	ck_assert_int_eq(deliver(fds[1], "block\n", 100), -EPIPE);
	(void)close(fds[1]);
	end();
}
END_TEST

/* A terminal: as with srun --pty. */
START_TEST(terminal)
{
	int master, slave;
	char text[64];
	ssize_t got;

	begin();
	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0) {
		end();
		return; /* no devpts here */
	}
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(deliver(slave, "block\n", 100), 0);
	got = read(master, text, sizeof(text) - 1);
	ck_assert_int_gt(got, 0);
	text[got] = '\0';
	ck_contains(text, "block");
	(void)close(slave);
	(void)close(master);
	end();
}
END_TEST

/* ---- looking for a block ---- */

#define MARKER "#oom-advice v=1 job=1 step=0 node=n cause="

/* A file of `len` bytes with the marker at `at`; -1: none. */
static int open_marked(off_t len, off_t at)
{
	int fd = open_with("", O_RDWR | O_APPEND);

	ck_assert_int_eq(ftruncate(fd, len), 0);
	if (at >= 0) {
		int other = open(name, O_WRONLY);

		ck_assert_int_eq(pwrite(other, MARKER, strlen(MARKER), at),
				 (ssize_t)strlen(MARKER));
		(void)close(other);
	}
	return fd;
}

static int has(int fd)
{
	return oom_deliver_has(proc_fd, fd, 0, oom_span(MARKER));
}

START_TEST(marker_found)
{
	static const off_t places[] = { 0, 1, 16383, 16384, 50000 };
	const off_t marker = (off_t)strlen(MARKER);

	begin();
	for (size_t i = 0; i < 5; i++) {
		int fd = open_marked(100000, places[i]);

		ck_assert_int_eq(has(fd), 1);
		(void)close(fd);
	}
	/* At all places around a chunk's end, also the second one's. */
	for (off_t at = 16384 - marker; at <= 16384; at++) {
		int fd = open_marked(100000, at);

		ck_assert_int_eq(has(fd), 1);
		(void)close(fd);
		fd = open_marked(100000, at + 16384 - marker);
		ck_assert_int_eq(has(fd), 1);
		(void)close(fd);
	}
	/* The very last bytes. */
	for (off_t len = marker; len < 16384 + 3 * marker; len += 7) {
		int fd = open_marked(len, len - marker);

		ck_assert_int_eq(has(fd), 1);
		(void)close(fd);
	}
	end();
}
END_TEST

START_TEST(marker_not_there)
{
	int fd;

	begin();
	fd = open_marked(100000, -1);
	ck_assert_int_eq(has(fd), 0);
	(void)close(fd);
	fd = open_marked(0, -1);
	ck_assert_int_eq(has(fd), 0);
	(void)close(fd);
	fd = open_with(MARKER, O_RDWR);
	ck_assert_int_eq(ftruncate(fd, (off_t)strlen(MARKER) - 1), 0);
	ck_assert_int_eq(has(fd), 0);
	/* Another step's block. */
	(void)close(fd);
	fd = open_with("#oom-advice v=1 job=1 step=00 node=n cause=x\n",
		       O_RDWR);
	ck_assert_int_eq(has(fd), 0);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(marker_in_long_files)
{
	int fd;

	begin();
	/* Beyond what is looked at: not "no". */
	fd = open_marked(OOM_DELIVER_LOOK + 100000, 0);
	ck_assert_int_eq(has(fd), -ENODATA);
	(void)close(fd);
	fd = open_marked(OOM_DELIVER_LOOK + 100000, 100000);
	ck_assert_int_eq(has(fd), 1);
	(void)close(fd);
	fd = open_marked(OOM_DELIVER_LOOK, -1);
	ck_assert_int_eq(has(fd), 0);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(marker_elsewhere)
{
	char long_marker[10000];
	int fd, fds[2];

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(has(fds[1]), -EINVAL);
	(void)close(fds[0]);
	(void)close(fds[1]);
	ck_assert_int_eq(has(-1), -EBADF);
	fd = open_marked(100, 0);
	ck_assert_int_eq(oom_deliver_has(proc_fd, fd, 0, oom_span("")),
			 -EINVAL);
	memset(long_marker, 'x', sizeof(long_marker));
	ck_assert_int_eq(
		oom_deliver_has(proc_fd, fd, 0,
				(struct oom_span){ long_marker,
						   sizeof(long_marker) }),
		-EINVAL);
	(void)close(fd);
	/* The task had it for writing alone. */
	fd = open_with(MARKER, O_WRONLY | O_APPEND);
	ck_assert_int_eq(has(fd), 1);
	(void)close(fd);
	end();
}
END_TEST

/* ---- streams ---- */

/* What an earlier life of a requeued job appended does not count. */
START_TEST(marker_of_an_earlier_life)
{
	int fd;

	begin();
	fd = open_with(MARKER "\n", O_WRONLY | O_APPEND);
	ck_assert_int_eq(oom_deliver_has(proc_fd, fd, 0, oom_span(MARKER)), 1);
	ck_assert_int_eq(oom_deliver_has(proc_fd, fd, strlen(MARKER) + 1,
					 oom_span(MARKER)),
			 0);
	/* The file was cut since: all of it is new. */
	ck_assert_int_eq(
		oom_deliver_has(proc_fd, fd, 1000000, oom_span(MARKER)), 1);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(stream_noted_and_reopened)
{
	struct oom_stream stream = { .known = 0 }, same = { .known = 0 };
	int fd, again;

	begin();
	fd = open_with("hello\n", O_WRONLY | O_APPEND);
	oom_stream_note(proc_fd, fd, &stream);
	oom_stream_note(proc_fd, fd, &same);
	ck_assert(stream.known);
	ck_assert(S_ISREG(stream.mode));
	ck_assert_str_eq(stream.path, name);
	ck_assert(stream.ino == same.ino && stream.dev == same.dev);
	ck_assert_uint_eq(stream.size, 6);
	(void)close(fd);
	again = oom_stream_reopen(&stream);
	ck_assert_int_ge(again, 0);
	ck_assert_int_eq(deliver(again, "block\n", 0), 0);
	ck_file("hello\nblock\n");
	(void)close(again);
	/* Another file of that name. */
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(oom_stream_reopen(&stream), -ENOENT);
	again = open("/dev/null", O_RDONLY); /* keeps the inode busy */
	fd = open_with("", O_WRONLY);
	oom_stream_note(proc_fd, fd, &same);
	if (stream.ino != same.ino)
		ck_assert_int_eq(oom_stream_reopen(&stream), -ESTALE);
	(void)close(again);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(stream_replaced)
{
	struct oom_stream stream = { .known = 0 };
	char other[112];
	int fd;

	begin();
	fd = open_with("hello\n", O_WRONLY | O_APPEND);
	oom_stream_note(proc_fd, fd, &stream);
	(void)close(fd);
	(void)snprintf(other, sizeof(other), "%s.other", name);
	ck_assert_int_eq(rename(name, other), 0);
	/* A link, even to the right one. */
	ck_assert_int_eq(symlink(other, name), 0);
	ck_assert_int_eq(oom_stream_reopen(&stream), -ELOOP);
	ck_assert_int_eq(unlink(name), 0);
	/* A FIFO must not hold us. */
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	ck_assert_int_eq(oom_stream_reopen(&stream), -ENXIO);
	ck_assert_int_eq(unlink(name), 0);
	/* Another file. */
	fd = open_with("", O_WRONLY);
	ck_assert_int_eq(oom_stream_reopen(&stream), -ESTALE);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(stream_that_is_no_file)
{
	struct oom_stream stream = { .known = 0 }, other = { .known = 0 };
	int fds[2];

	begin();
	ck_assert_int_eq(oom_stream_reopen(&stream), -ENOENT);
	ck_assert_int_eq(pipe(fds), 0);
	oom_stream_note(proc_fd, fds[1], &stream);
	ck_assert(stream.known);
	ck_assert_str_eq(stream.path, "");
	ck_assert_int_eq(oom_stream_reopen(&stream), -ENOENT);
	(void)close(fds[0]);
	(void)close(fds[1]);
	/* Closed: nothing is noted. */
	oom_stream_note(proc_fd, fds[1], &other);
	ck_assert(!other.known);
	end();
}
END_TEST

TESTS("deliver", appends, appends_without_o_append, moved_file, deleted_file,
      read_only_and_closed, whole_among_writers, dev_null, dev_full,
      pipe_with_a_reader, full_pipe, pipe_that_drains, pipe_without_a_reader,
      fifo_that_nobody_reads, socket_pair, terminal, marker_found,
      marker_not_there, marker_in_long_files, marker_elsewhere,
      marker_of_an_earlier_life, stream_noted_and_reopened, stream_replaced,
      stream_that_is_no_file)
