// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsers against what the kernel may say, and a child that is looked at. */
#include "check.h"

#include <pthread.h>

#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "../lib/child.h"
#include "../lib/process.h"

#define FDS_LOOKED_AT 48 /* process.h */
#define READY_FD      900

/* ---- parsers ---- */

/* What a failure must leave alone. */
static struct oom_proc untouched(void)
{
	struct oom_proc p;

	memset(&p, 0x5a, sizeof(p));
	return p;
}

static bool is_untouched(const struct oom_proc *p)
{
	struct oom_proc same = untouched();

	return !memcmp(p, &same, sizeof(same));
}

START_TEST(statm)
{
	uint64_t page_kib = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
	struct oom_proc p = { .pid = 0 };

	ck_assert_int_eq(
		oom_proc_parse_statm(&p, oom_span("1000 300 100 7 0 500 0\n")),
		0);
	ck_assert_uint_eq(p.virtual_kib, 1000 * page_kib);
	ck_assert_uint_eq(p.anon_kib, 200 * page_kib);
	ck_assert_uint_eq(p.shared_kib, 100 * page_kib);
	ck_assert_uint_eq(p.data_kib, 500 * page_kib);
	/* A process on its way out. */
	ck_assert_int_eq(oom_proc_parse_statm(&p, oom_span("0 0 0 0 0 0 0\n")),
			 0);
	ck_assert_uint_eq(p.virtual_kib, 0);
	/* 2^54 - 1 pages are still a number of bytes. */
	ck_assert_int_eq(
		oom_proc_parse_statm(&p, oom_span("18014398509481983 "
						  "18014398509481983 0 0 0 0 "
						  "0\n")),
		0);
	ck_assert_uint_eq(p.anon_kib, UINT64_C(18014398509481983) * page_kib);
}
END_TEST

START_TEST(statm_refused)
{
	static const char *const texts[] = {
		"",
		"\n",
		" ",
		"1000",
		"1000 300 100 7 0",
		"1000 300 100 7 0 ",
		"1000 300 100 7 0 x 0\n",
		"1000 300 100 7 0 50x 0\n",
		"1000 300 100 7 0 -1 0\n",
		"-1 300 100 7 0 500 0\n",
		/* More shared than resident. */
		"1000 100 300 7 0 500 0\n",
		/* Too large: for bytes, for 64 bits. */
		"18014398509481984 1 1 0 0 1 0\n",
		"1 1 1 0 0 18446744073709551615 0\n",
		"1 1 1 0 0 18446744073709551616 0\n",
	};
	struct oom_proc p;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		p = untouched();
		ck_assert_int_eq(oom_proc_parse_statm(&p, oom_span(texts[i])),
				 -EINVAL);
		ck_assert_msg(is_untouched(&p), "touched by \"%s\"", texts[i]);
	}
}
END_TEST

/* Fields 3 to 22, as proc(5) numbers them. */
#define STAT_REST " S 41 42 43 0 -1 4194304 5 6 7 8 700 30 1 2 20 0 9 0 123456"

static struct oom_proc stat_of(const char *name)
{
	struct oom_proc p = { .pid = 0 };
	char text[256];

	(void)snprintf(text, sizeof(text),
		       "40 (%s)" STAT_REST " 99 98 18446744073709551615\n",
		       name);
	ck_assert_int_eq(oom_proc_parse_stat(&p, oom_span(text)), 0);
	ck_assert_uint_eq(p.ppid, 41);
	ck_assert_uint_eq(p.start_ticks, 123456);
	return p;
}

START_TEST(stat_fields)
{
	uint64_t tick_ms = 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
	struct oom_proc p = stat_of("grow");

	ck_assert_str_eq(p.name, "grow");
	ck_assert_uint_eq(p.user_ms, 700 * tick_ms);
	ck_assert_uint_eq(p.system_ms, 30 * tick_ms);
	ck_assert_uint_eq(p.threads, 9);
	ck_assert_uint_eq(p.faults, 5);
}
END_TEST

START_TEST(stat_names)
{
	static const char *const names[] = {
		"",
		")",
		"(",
		"((",
		"))",
		") S 1 2",
		"a) b",
		"a b c",
		" a ",
		"a\nb",
		"\n",
		") R 7 7 7",
		"#oom-advice v=1",
		"\xff\xfe\x01",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_str_eq(stat_of(names[i]).name, names[i]);
	/* The kernel has 15; a longer one is cut and terminated. */
	ck_assert_str_eq(stat_of("0123456789abcdefgh").name, "0123456789abcde");
}
END_TEST

/* Until its 22nd field has begun it tells nothing, and changes nothing. */
START_TEST(stat_truncated)
{
	static const char text[] = "40 (a) b)" STAT_REST;
	const size_t whole = sizeof(text) - 1, last = whole - strlen("123456");
	struct oom_proc p;
	char *copy;

	for (size_t len = 0; len <= whole; len++) {
		/* Of its own size: a read beyond it is seen. */
		copy = malloc(len ? len : 1);
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, text, len);
		p = untouched();
		ck_assert_int_eq(
			oom_proc_parse_stat(&p, (struct oom_span){ copy, len }),
			len > last ? 0 : -EINVAL);
		ck_assert(len > last || is_untouched(&p));
		free(copy);
	}
}
END_TEST

START_TEST(stat_garbled)
{
	static const char *const texts[] = {
		"",
		"\n",
		"40",
		"()",
		"40 grow S 41",
		")(",
		"40 )grow( S 41",
		"40 (grow" STAT_REST,
		"40 grow)" STAT_REST,
		"40 (grow)",
		"40 (grow) ",
		"40 (grow) S",
	};
	struct oom_proc p;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		p = untouched();
		ck_assert_int_eq(oom_proc_parse_stat(&p, oom_span(texts[i])),
				 -EINVAL);
		ck_assert(is_untouched(&p));
	}
}
END_TEST

/* What is no number of ours is 0, and does not move the others. */
START_TEST(stat_odd_numbers)
{
	struct oom_proc p = { .pid = 0 };

	ck_assert_int_eq(
		oom_proc_parse_stat(
			&p, oom_span("40 (grow) S -1 -2 -3 -4 -5 -6 -7 -8 -9 "
				     "-10 -700 99999999999999999999 -1 -2 -20 "
				     "-5 9x 0 18446744073709551615 1\n")),
		0);
	ck_assert_str_eq(p.name, "grow");
	ck_assert_uint_eq(p.ppid, 0);
	ck_assert_uint_eq(p.user_ms, 0);
	ck_assert_uint_eq(p.system_ms, 0);
	ck_assert_uint_eq(p.threads, 0);
	ck_assert_uint_eq(p.start_ticks, UINT64_MAX);
}
END_TEST

START_TEST(list)
{
	uint32_t pids[5] = { 0 };

	ck_assert_uint_eq(oom_proc_parse_list(oom_span(""), pids, 4), 0);
	ck_assert_uint_eq(oom_proc_parse_list(oom_span("\n\n"), pids, 4), 0);
	ck_assert_uint_eq(oom_proc_parse_list(oom_span("7\n812\n1"), pids, 4),
			  3);
	ck_assert_uint_eq(pids[0], 7);
	ck_assert_uint_eq(pids[1], 812);
	ck_assert_uint_eq(pids[2], 1);
	/* 0: a process of another pid namespace. */
	ck_assert_uint_eq(
		oom_proc_parse_list(oom_span("0\n-1\nx\n 5\n5 \n5x\n2147483648"
					     "\n4294967297\n"
					     "18446744073709551617\n2147483647"
					     "\n"),
				    pids, 4),
		1);
	ck_assert_uint_eq(pids[0], INT32_MAX);
	pids[2] = 99;
	ck_assert_uint_eq(oom_proc_parse_list(oom_span("1\n2\n3\n"), pids, 2),
			  2);
	ck_assert_uint_eq(pids[2], 99);
	ck_assert_uint_eq(oom_proc_parse_list(oom_span("1\n2\n"), pids, 0), 0);
}
END_TEST

/* ---- a child to look at ---- */

static char folder[64];
static int dir_fd, proc_fd;
static unsigned int open_before;
static pid_t pid;
static int asks, answers; /* our ends of its pipes */

static void begin(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	dir_fd = make_folder(folder);
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(proc_fd, 0);
	open_before = count_descriptors();
}

static void stop_child(void)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	(void)close(asks);
	(void)close(answers);
}

static void end(void)
{
	ck_assert_uint_eq(count_descriptors(), open_before);
	(void)close(proc_fd);
	remove_folder(folder, dir_fd);
}

/* Lets the child do its next step. */
static void step_child(void)
{
	char c = 0;

	ck_assert_int_eq(write(asks, &c, 1), 1);
	ck_assert_int_eq(read(answers, &c, 1), 1);
	ck_assert_int_eq(c, 'k');
}

/*
 * The child has no descriptors but its two pipes, far up, and what work(0)
 * opens; each step_child() runs the next work(n).  True: it went well.
 */
static void start_child(bool (*work)(int step))
{
	int in[2], out[2];
	char c;

	ck_assert_int_eq(pipe(in), 0);
	ck_assert_int_eq(pipe(out), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (dup2(in[0], READY_FD) < 0 || dup2(out[1], READY_FD + 1) < 0)
			_exit(1);
		for (int fd = 0; fd < READY_FD; fd++)
			(void)close(fd);
		oom_close_from(READY_FD + 2);
		for (int n = 0; n == 0 || read(READY_FD, &c, 1) == 1; n++) {
			c = work(n) ? 'k' : 'x';
			if (write(READY_FD + 1, &c, 1) != 1)
				break;
		}
		_exit(0);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	asks = in[1];
	answers = out[0];
	ck_assert_int_eq(read(answers, &c, 1), 1);
	ck_assert_int_eq(c, 'k');
}

#define GROW_KIB  (24 << 10)
#define READ_KIB  1536
#define N_SLEEPS  20
#define FILE_NAME "data file"

static const char *path_of(const char *name)
{
	static char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static bool grows(int step)
{
	static char buffer[64 << 10];
	struct timespec nap = { .tv_nsec = 1000000 };
	volatile unsigned int sum = 0;
	char *memory;
	int fd;

	switch (step) {
	case 1:
		memory = mmap(NULL, GROW_KIB << 10, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return false;
		memset(memory, 1, GROW_KIB << 10);
		return true;
	case 2:
		fd = open("/dev/zero", O_RDONLY);
		for (int i = 0; i < READ_KIB / 64; i++)
			if (read(fd, buffer, sizeof(buffer)) !=
			    (ssize_t)sizeof(buffer))
				return false;
		return !close(fd);
	case 3:
		for (int i = 0; i < N_SLEEPS; i++)
			(void)nanosleep(&nap, NULL);
		return true;
	case 4:
		for (unsigned int i = 0; i < 100000000; i++)
			sum += i;
		return true;
	default:
		return step == 0;
	}
}

static struct oom_proc look(void)
{
	struct oom_proc p = { .pid = 0 };

	ck_assert_int_eq(oom_proc_sizes(proc_fd, (uint32_t)pid, &p), 0);
	ck_assert_int_eq(oom_proc_detail(proc_fd, (uint32_t)pid, &p), 0);
	return p;
}

START_TEST(child_that_grows)
{
	struct oom_proc before, now;

	begin();
	start_child(grows);
	before = look();
	ck_assert_uint_eq(before.pid, (uint32_t)pid);
	ck_assert_uint_eq(before.ppid, (uint32_t)getpid());
	ck_assert_str_eq(before.name, "check_process");
	ck_assert_uint_eq(before.threads, 1);
	ck_assert_uint_ne(before.start_ticks, 0);
	step_child();
	now = look();
	ck_assert_uint_ge(now.anon_kib, before.anon_kib + GROW_KIB - 64);
	ck_assert_uint_lt(now.anon_kib, before.anon_kib + 2 * GROW_KIB);
	ck_assert_uint_ge(now.data_kib, before.data_kib + GROW_KIB);
	ck_assert_uint_ge(now.virtual_kib, before.virtual_kib + GROW_KIB);
	ck_assert_uint_eq(now.start_ticks, before.start_ticks);
	before = now;
	step_child();
	now = look();
	ck_assert_uint_ge(now.read_kib, before.read_kib + READ_KIB);
	ck_assert_uint_lt(now.read_kib, before.read_kib + 2 * READ_KIB);
	before = now;
	step_child();
	now = look();
	ck_assert_uint_ge(now.sleeps, before.sleeps + N_SLEEPS);
	before = now;
	step_child();
	now = look();
	ck_assert_uint_gt(now.user_ms + now.system_ms,
			  before.user_ms + before.system_ms);
	ck_assert_uint_ge(now.wait_ms, before.wait_ms);
	stop_child();
	end();
}
END_TEST

static void *naps(void *arg)
{
	(void)grows(3);
	(void)pause();
	return arg;
}

/* A thread more; then so many more that only the main one is looked at. */
static bool sleeps_in_threads(int step)
{
	pthread_t thread;
	int n = step == 1 ? 1 : OOM_PROC_THREADS_MAX;

	for (int i = 0; step && i < n; i++)
		if (pthread_create(&thread, NULL, naps, NULL))
			return false;
	/* Not by a sleep of this thread's, and longer than theirs. */
	if (step)
		(void)grows(4);
	return true;
}

START_TEST(sleeps_of_threads)
{
	struct oom_proc before, now;

	begin();
	start_child(sleeps_in_threads);
	before = look();
	step_child();
	now = look();
	ck_assert_uint_eq(now.threads, 2);
	ck_assert_uint_ge(now.sleeps, before.sleeps + N_SLEEPS);
	step_child();
	before = now;
	now = look();
	ck_assert_uint_eq(now.threads, 2 + OOM_PROC_THREADS_MAX);
	ck_assert_uint_lt(now.sleeps, before.sleeps);
	stop_child();
	end();
}
END_TEST

#define N_GROUPS 400

static bool has_many_groups(int step)
{
	gid_t groups[N_GROUPS];

	for (int i = 0; i < N_GROUPS; i++)
		groups[i] = 1000000000U + (unsigned int)i;
	if (!step)
		return !setgroups(N_GROUPS, groups);
	return grows(3);
}

/* The sleeps are the last lines of status, behind all groups. */
START_TEST(sleeps_of_who_is_in_many_groups)
{
	struct oom_proc before, now;

	begin();
	if (!geteuid()) {
		start_child(has_many_groups);
		before = look();
		step_child();
		now = look();
		ck_assert_uint_ge(now.sleeps, before.sleeps + N_SLEEPS);
		stop_child();
	} else {
		printf("skipped: needs root for its groups\n");
	}
	end();
}
END_TEST

static bool ends_at_once(int step)
{
	(void)step;
	return true;
}

START_TEST(gone)
{
	struct oom_open_file files[2];
	struct oom_proc p;

	begin();
	start_child(ends_at_once);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	/* A zombie has no memory, but a name. */
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 },
				WEXITED | WNOWAIT),
			 0);
	memset(&p, 0, sizeof(p));
	ck_assert_int_eq(oom_proc_sizes(proc_fd, (uint32_t)pid, &p), 0);
	ck_assert_uint_eq(p.virtual_kib, 0);
	ck_assert_int_eq(oom_proc_detail(proc_fd, (uint32_t)pid, &p), 0);
	ck_assert_uint_eq(oom_proc_files(proc_fd, (uint32_t)pid, files, 2), 0);
	stop_child();
	p = untouched();
	ck_assert_int_eq(oom_proc_sizes(proc_fd, (uint32_t)pid, &p), -ESRCH);
	ck_assert_int_eq(oom_proc_detail(proc_fd, (uint32_t)pid, &p), -ESRCH);
	ck_assert(is_untouched(&p));
	ck_assert_uint_eq(oom_proc_files(proc_fd, (uint32_t)pid, files, 2), 0);
	end();
}
END_TEST

/* ---- open files ---- */

static struct oom_open_file files[64];
static unsigned int n_files;

static void list_files(unsigned int max)
{
	unsigned int before = count_descriptors();

	memset(files, 0x5a, sizeof(files));
	n_files = oom_proc_files(proc_fd, (uint32_t)pid, files, max);
	ck_assert_uint_le(n_files, max);
	ck_assert_uint_eq(count_descriptors(), before);
}

/* NULL: it is not listed. */
static const struct oom_open_file *find_file(const char *path)
{
	for (unsigned int i = 0; i < n_files; i++)
		if (!strcmp(files[i].path, path))
			return &files[i];
	return NULL;
}

static void ck_file(const char *path, uint64_t position, bool writes)
{
	const struct oom_open_file *f = find_file(path);

	ck_assert_msg(f != NULL, "%s is not listed", path);
	ck_assert_uint_eq(f->position, position);
	ck_assert_int_eq(f->writes, writes);
}

static bool open_at(const char *path, int flags, off_t position)
{
	int fd = open(path, flags | O_CREAT, 0600);

	return fd >= 0 && lseek(fd, position, SEEK_SET) == position;
}

static bool opens_regular_files(int step)
{
	(void)step;
	return open_at(path_of("data file"), O_RDONLY, 12345) &&
	       open_at(path_of("log"), O_WRONLY | O_APPEND, 77) &&
	       open_at(path_of("both\n#"), O_RDWR, INT64_C(1) << 40) &&
	       open_at(path_of("deleted"), O_RDONLY, 5) &&
	       !unlink(path_of("deleted"));
}

START_TEST(regular_files)
{
	begin();
	start_child(opens_regular_files);
	list_files(8);
	ck_assert_uint_eq(n_files, 4);
	ck_file(path_of("data file"), 12345, false);
	ck_file(path_of("log"), 77, true);
	ck_file(path_of("both\n#"), UINT64_C(1) << 40, true);
	ck_file(path_of("deleted (deleted)"), 5, false);
	list_files(0);
	ck_assert_uint_eq(n_files, 0);
	stop_child();
	end();
}
END_TEST

static bool opens_anything_else(int step)
{
	int fds[2];

	(void)step;
	return open("/dev/null", O_RDWR) >= 0 &&
	       open("/dev/zero", O_RDONLY) >= 0 &&
	       open("/proc/self/maps", O_RDONLY) >= 0 &&
	       open("/sys/kernel", O_RDONLY | O_DIRECTORY) >= 0 && !pipe(fds) &&
	       !socketpair(AF_UNIX, SOCK_STREAM, 0, fds) &&
	       memfd_create("/a/b", 0) >= 0 && epoll_create1(0) >= 0;
}

START_TEST(no_files)
{
	begin();
	start_child(opens_anything_else);
	list_files(8);
	ck_assert_uint_eq(n_files, 0);
	stop_child();
	end();
}
END_TEST

static bool reads_a_pipe(int step)
{
	int fds[2];

	(void)step;
	/* Two pipes: only the one that is its standard input is told of. */
	return !pipe(fds) && !pipe(fds) && dup2(fds[0], 0) == 0;
}

START_TEST(standard_input)
{
	begin();
	start_child(reads_a_pipe);
	list_files(8);
	ck_assert_uint_eq(n_files, 1);
	ck_assert_int_eq(strncmp(files[0].path, "pipe:[", 6), 0);
	ck_assert_uint_eq(files[0].position, 0);
	ck_assert(!files[0].writes);
	stop_child();
	end();
}
END_TEST

static char shm_name[64];

static bool opens_shared_memory(int step)
{
	(void)step;
	return open_at(shm_name, O_RDWR, 4096);
}

START_TEST(shared_memory)
{
	begin();
	(void)snprintf(shm_name, sizeof(shm_name), "/dev/shm/oom-check-%d",
		       getpid());
	start_child(opens_shared_memory);
	list_files(8);
	ck_assert_int_eq(unlink(shm_name), 0);
	ck_assert_uint_eq(n_files, 1);
	ck_file(shm_name, 4096, true);
	stop_child();
	end();
}
END_TEST

#define SHARED_KIB 4096

/* Private memory at first, then shared, then a file that is not mapped. */
static bool grows_shared(int step)
{
	static char text[READ_KIB << 10];
	char *map = mmap(NULL, SHARED_KIB << 10, PROT_READ | PROT_WRITE,
			 (step == 1 ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS,
			 -1, 0);
	int fd;

	if (map == MAP_FAILED)
		return false;
	if (step < 2)
		memset(map, 1, SHARED_KIB << 10);
	if (step < 2)
		return true;
	fd = memfd_create("check", MFD_CLOEXEC);
	return fd >= 0 && write(fd, text, sizeof(text)) == sizeof(text);
}

START_TEST(shared_pages)
{
	uint64_t before_kib, now_kib;
	struct oom_proc before, now;

	begin();
	start_child(grows_shared);
	before = look();
	ck_assert(oom_proc_shmem(proc_fd, (uint32_t)pid, &before_kib));
	ck_assert_uint_le(before_kib, SHARED_KIB / 2);
	step_child();
	ck_assert(oom_proc_shmem(proc_fd, (uint32_t)pid, &now_kib));
	/* The kernel counts in batches. */
	ck_assert_uint_ge(now_kib, before_kib + SHARED_KIB - 256);
	ck_assert_uint_le(now_kib, before_kib + SHARED_KIB + 256);
	before_kib = now_kib;
	step_child();
	now = look();
	ck_assert(oom_proc_shmem(proc_fd, (uint32_t)pid, &now_kib));
	ck_assert_uint_le(now_kib, before_kib + 256);
	ck_assert_uint_ge(now.written_kib, before.written_kib + READ_KIB);
	ck_assert_uint_lt(now.written_kib, before.written_kib + 2 * READ_KIB);
	stop_child();
	ck_assert(!oom_proc_shmem(proc_fd, (uint32_t)pid, &now_kib));
	end();
}
END_TEST

static bool opens_a_fifo(int step)
{
	(void)step;
	return open(path_of("fifo"), O_RDONLY | O_NONBLOCK) >= 0 &&
	       open_at(path_of("data"), O_RDONLY, 3);
}

/* Opening the FIFO would block, and inotify would tell of any file. */
START_TEST(opens_nothing_itself)
{
	char event[512];
	int notify_fd;

	begin();
	ck_assert_int_eq(mkfifoat(dir_fd, "fifo", 0600), 0);
	start_child(opens_a_fifo);
	notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	ck_assert_int_ge(notify_fd, 0);
	ck_assert_int_ge(inotify_add_watch(notify_fd, folder, IN_ALL_EVENTS),
			 0);
	(void)alarm(20);
	list_files(8);
	(void)alarm(0);
	ck_assert_int_eq(read(notify_fd, event, sizeof(event)), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_file(path_of("data"), 3, false);
	/* The watch itself works. */
	(void)close(open(path_of("data"), O_RDONLY));
	ck_assert_int_gt(read(notify_fd, event, sizeof(event)), 0);
	(void)close(notify_fd);
	stop_child();
	end();
}
END_TEST

#define N_MANY 60

/* The furthest read is neither the first nor the last one looked at. */
static off_t many_position(int i)
{
	return 1 + (i * 7 + 30) % FDS_LOOKED_AT * 10;
}

static bool opens_many(int step)
{
	char name[16];

	(void)step;
	for (int i = 0; i < N_MANY; i++) {
		(void)snprintf(name, sizeof(name), "f%d", i);
		if (!open_at(path_of(name), O_RDONLY,
			     i < FDS_LOOKED_AT ? many_position(i) : 99999))
			return false;
	}
	return true;
}

START_TEST(many_files)
{
	begin();
	start_child(opens_many);
	list_files(64);
	ck_assert_uint_eq(n_files, FDS_LOOKED_AT);
	list_files(4);
	ck_assert_uint_eq(n_files, 4);
	for (int i = 0; i < FDS_LOOKED_AT; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "f%d", i);
		if (many_position(i) > 1 + (FDS_LOOKED_AT - 5) * 10)
			ck_file(path_of(name), (uint64_t)many_position(i),
				false);
	}
	list_files(1);
	ck_assert_uint_eq(files[0].position, 1 + (FDS_LOOKED_AT - 1) * 10);
	stop_child();
	end();
}
END_TEST

#define LONG_NAME  40
#define LONG_DEPTH 40

/* One below the other, a file in each: from short to beyond any buffer. */
static bool opens_deep_ones(int step)
{
	char name[LONG_NAME + 1];

	(void)step;
	if (chdir(folder))
		return false;
	for (int i = 0; i < LONG_DEPTH; i++) {
		memset(name, 'a' + i % 26, LONG_NAME);
		name[LONG_NAME] = '\0';
		if (mkdir(name, 0700) || chdir(name))
			return false;
		(void)snprintf(name, sizeof(name), "end %d", i);
		if (!open_at(name, O_RDONLY, i + 1))
			return false;
	}
	return true;
}

START_TEST(cut_paths_keep_their_end)
{
	char path[PATH_MAX] = "", expected[PATH_MAX];
	size_t len;

	begin();
	start_child(opens_deep_ones);
	list_files(64);
	ck_assert_uint_eq(n_files, LONG_DEPTH);
	strcpy(path, folder);
	for (int i = 0; i < LONG_DEPTH; i++) {
		len = strlen(path);
		path[len++] = '/';
		memset(path + len, 'a' + i % 26, LONG_NAME);
		path[len + LONG_NAME] = '\0';
		len = (size_t)snprintf(expected, sizeof(expected), "%s/end %d",
				       path, i);
		ck_file(expected + (len < OOM_FILE_PATH_LEN
					    ? 0
					    : len - OOM_FILE_PATH_LEN + 1),
			(uint64_t)i + 1, false);
	}
	stop_child();
	end();
}
END_TEST

START_TEST(no_descriptors_left)
{
	struct rlimit old, few;
	struct oom_proc p = { .pid = 0 };

	begin();
	start_child(opens_regular_files);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = 3;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	n_files = oom_proc_files(proc_fd, (uint32_t)pid, files, 8);
	few.rlim_cur = (rlim_t)oom_proc_sizes(proc_fd, (uint32_t)pid, &p);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	ck_assert_uint_eq(n_files, 0);
	ck_assert_int_eq((int)few.rlim_cur, -ESRCH);
	stop_child();
	end();
}
END_TEST

/* ---- threads ---- */

static void *sleep_on(void *arg)
{
	(void)arg;
	for (;;)
		(void)pause();
	return NULL;
}

START_TEST(threads)
{
	pthread_t others[3];
	pid_t tids[8];
	unsigned int n;

	begin();
	ck_assert_uint_eq(
		oom_proc_threads(proc_fd, (uint32_t)getpid(), tids, 8), 1);
	ck_assert_int_eq(tids[0], getpid());
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
			pthread_create(&others[i], NULL, sleep_on, NULL), 0);
	n = oom_proc_threads(proc_fd, (uint32_t)getpid(), tids, 8);
	ck_assert_uint_eq(n, 4);
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int j = 0; j < i; j++)
			ck_assert_int_ne(tids[i], tids[j]);
	ck_assert_uint_eq(
		oom_proc_threads(proc_fd, (uint32_t)getpid(), tids, 2), 2);
	ck_assert_uint_eq(
		oom_proc_threads(proc_fd, (uint32_t)getpid(), tids, 0), 0);
	ck_assert_uint_eq(oom_proc_threads(proc_fd, INT32_MAX, tids, 8), 0);
	for (int i = 0; i < 3; i++) {
		(void)pthread_cancel(others[i]);
		(void)pthread_join(others[i], NULL);
	}
	end();
}
END_TEST

TESTS("process", shared_pages, statm, statm_refused, stat_fields, stat_names,
      stat_truncated, stat_garbled, stat_odd_numbers, list, child_that_grows,
      sleeps_of_threads, sleeps_of_who_is_in_many_groups, gone, regular_files,
      no_files, standard_input, shared_memory, opens_nothing_itself, many_files,
      cut_paths_keep_their_end, no_descriptors_left, threads)
