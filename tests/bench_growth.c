// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What growth costs the processes that it watches: programs that do nothing but
 * fault, fork or switch, with and without its events, in interleaved rounds.
 * CPU time, and its ratio to the same round's run without events, in the median.
 *
 * usage: bench_growth [ROUNDS]   (root, cgroup v2; an odd number from 15 on)
 */
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "growth.h"
#include "../lib/growth.h"

#define ROUNDS_MAX 199
#define MIB	   ((size_t)1 << 20)
#define PAGE	   4096

static struct test_cgroup cgroup;
static struct oom_growth growth;
static struct oom_growth_cpus cpus;

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/*
 * Of this process and the children that it has waited for: CPU time, so that
 * other load on the machine does not count.
 */
static double cpu_ms(void)
{
	double ms = 0;
	struct rusage use;

	for (int i = 0; i < 2; i++) {
		(void)getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &use);
		ms += (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3;
		ms += (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) /
		      1e3;
	}
	return ms;
}

static void fail(const char *what, int rc)
{
	(void)fprintf(stderr, "bench_growth: %s: %s\n", what, strerror(-rc));
	(void)remove_cgroup(&cgroup);
	exit(1);
}

/* ---- what is watched: each returns its CPU time ---- */

static double thread_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The best of many: pages that the machine has at hand, and nobody else. */
static double touch(size_t len, int advice, int times)
{
	char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	double best = -1, ms;

	if (memory == MAP_FAILED)
		return -1;
	(void)madvise(memory, len, advice);
	for (int i = 0; i < times; i++) {
		ms = thread_ms();
		for (size_t at = 0; at < len; at += PAGE)
			((volatile char *)memory)[at] = 1;
		ms = thread_ms() - ms;
		if (best < 0 || ms < best)
			best = ms;
		(void)madvise(memory, len, MADV_DONTNEED);
	}
	(void)munmap(memory, len);
	return best;
}

static double fault(void)
{
	return touch(4 * MIB, MADV_NOHUGEPAGE, 60);
}

static double fault_huge(void)
{
	return touch(64 * MIB, MADV_HUGEPAGE, 8);
}

static double forks(void)
{
	const double start = cpu_ms();

	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		(void)waitpid(pid, NULL, 0);
	}
	return cpu_ms() - start;
}

/* Each switch leaves the cgroup or comes back to it. */
static double switches(void)
{
	int ping[2], pong[2];
	char byte = 0;
	double start;
	pid_t pid;

	if (pipe(ping) || pipe(pong))
		return -1;
	pid = fork();
	if (!pid) {
		struct test_cgroup top = cgroup;

		*strrchr(top.path, '/') = '\0';
		(void)join_cgroup(&top);
		(void)close(ping[1]);
		(void)close(pong[0]);
		while (read(ping[0], &byte, 1) == 1)
			if (write(pong[1], &byte, 1) != 1)
				break;
		_exit(0);
	}
	start = cpu_ms();
	for (int i = 0; i < 5000; i++)
		if (write(ping[1], &byte, 1) != 1 ||
		    read(pong[0], &byte, 1) != 1)
			return -1;
	(void)close(ping[1]);
	(void)close(pong[0]);
	(void)waitpid(pid, NULL, 0);
	return cpu_ms() - start;
}

/* ---- with what ---- */

enum mode { NONE, ASLEEP, SAMPLED, DRAINED, INHERITED, MODES };

static const char *const mode_names[MODES] = {
	"no event", "cgroup, period 10^9", "cgroup, period 256",
	"cgroup, period 256, drained every 10 ms", "task, inherited, period 256"
};

static void attach(enum mode mode, int cgroup_fd, pid_t pid)
{
	struct oom_growth_options options = { .period = 256 };
	int rc = 0;

	if (mode == ASLEEP)
		options.period = 1000000000;
	if (mode == INHERITED)
		rc = oom_growth_open_tasks(&growth, &pid, 1, &cpus, &options);
	else if (mode != NONE)
		rc = oom_growth_open_cgroup(&growth, cgroup_fd, &cpus,
					    &options);
	if (rc)
		fail(oom_growth_why(rc), rc);
}

static void drain_until(int fd, double *ms)
{
	static struct oom_growth_sample out[512];
	struct oom_growth_gaps gaps;

	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	while (read(fd, ms, sizeof(*ms)) != sizeof(*ms)) {
		(void)oom_growth_drain(&growth, out, 512, &gaps);
		(void)usleep(10000);
	}
}

/* In a process of its own, on one CPU, in the cgroup. */
static double run(double (*work)(void), enum mode mode, int cgroup_fd)
{
	int start[2], result[2], status;
	double ms = -1;
	pid_t pid;

	if (pipe(start) || pipe(result))
		fail("pipe", -errno);
	pid = fork();
	if (!pid) {
		cpu_set_t one;
		char byte;

		CPU_ZERO(&one);
		CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &one);
		(void)sched_setaffinity(0, sizeof(one), &one);
		if (join_cgroup(&cgroup) || read(start[0], &byte, 1) != 1)
			_exit(1);
		ms = work();
		_exit(write(result[1], &ms, sizeof(ms)) != sizeof(ms));
	}
	attach(mode, cgroup_fd, pid);
	if (write(start[1], "", 1) != 1)
		fail("write", -errno);
	if (mode == DRAINED)
		drain_until(result[0], &ms);
	else if (read(result[0], &ms, sizeof(ms)) != sizeof(ms))
		fail("read", -errno);
	(void)waitpid(pid, &status, 0);
	if (mode != NONE)
		oom_growth_close(&growth);
	for (int i = 0; i < 2; i++) {
		(void)close(start[i]);
		(void)close(result[i]);
	}
	if (ms < 0)
		fail("the watched program", -EIO);
	return ms;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const char *name, double (*work)(void), int rounds,
		    int cgroup_fd)
{
	static double ms[MODES][ROUNDS_MAX], ratio[ROUNDS_MAX];

	(void)run(work, NONE, cgroup_fd);
	for (int i = 0; i < rounds; i++)
		for (int j = 0; j < MODES; j++) {
			const enum mode mode = (enum mode)((i + j) % MODES);

			ms[mode][i] = run(work, mode, cgroup_fd);
		}
	(void)printf("%s\n", name);
	/* NONE last: the others are compared with its rounds as they came. */
	for (int mode = MODES - 1; mode >= 0; mode--) {
		for (int i = 0; i < rounds; i++)
			ratio[i] = ms[mode][i] / ms[NONE][i];
		qsort(ratio, (size_t)rounds, sizeof(double), compare);
		qsort(ms[mode], (size_t)rounds, sizeof(double), compare);
		(void)printf("  %-40s %8.3f ms (least %.3f), ratio %.3f "
			     "(quartiles %.3f to %.3f)\n",
			     mode_names[mode], ms[mode][rounds / 2],
			     ms[mode][0], ratio[rounds / 2], ratio[rounds / 4],
			     ratio[rounds * 3 / 4]);
	}
	(void)fflush(stdout);
}

/* ---- opening ---- */

/* The first event of a machine patches the kernel's code: static keys. */
static void measure_opening(int rounds, int cgroup_fd)
{
	static double cold[ROUNDS_MAX], warm[ROUNDS_MAX], shut[ROUNDS_MAX];
	const struct oom_growth_options options = { .period = 256 };
	static struct oom_growth second;
	unsigned int n_rings = 0;
	int rc;

	for (int i = 0; i < rounds; i++) {
		double start;

		(void)sleep(2); /* the key is let go after a second */
		start = now_ms();
		rc = oom_growth_open_cgroup(&growth, cgroup_fd, &cpus,
					    &options);
		cold[i] = now_ms() - start;
		if (rc)
			fail(oom_growth_why(rc), rc);
		start = now_ms();
		rc = oom_growth_open_cgroup(&second, cgroup_fd, &cpus,
					    &options);
		warm[i] = now_ms() - start;
		if (rc)
			fail(oom_growth_why(rc), rc);
		n_rings = second.n_rings;
		oom_growth_close(&second);
		start = now_ms();
		oom_growth_close(&growth);
		shut[i] = now_ms() - start;
	}
	qsort(cold, (size_t)rounds, sizeof(double), compare);
	qsort(warm, (size_t)rounds, sizeof(double), compare);
	qsort(shut, (size_t)rounds, sizeof(double), compare);
	(void)printf("opening, %u CPUs, 2 system calls each\n"
		     "  the machine's first perf event: %.3f ms; later ones: "
		     "%.3f ms; closing: %.3f ms\n",
		     n_rings, cold[rounds / 2], warm[rounds / 2],
		     shut[rounds / 2]);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 15, rc, fd;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		rounds = 15;
	rc = make_cgroup(&cgroup);
	if (rc)
		fail("a cgroup v2 folder", rc);
	fd = open_cgroup(&cgroup);
	rc = oom_growth_add_cpus(0, &cpus);
	if (fd < 0 || rc)
		fail("CPUs", fd < 0 ? -errno : rc);
	measure("1024 faults: 4 MiB in pages of 4 KiB", fault, rounds, fd);
	measure("64 MiB in huge pages", fault_huge, rounds, fd);
	measure("200 forks", forks, rounds, fd);
	measure("10000 switches into and out of the cgroup", switches, rounds,
		fd);
	measure_opening(rounds > 7 ? 7 : rounds, fd);
	return remove_cgroup(&cgroup) ? 1 : 0;
}
