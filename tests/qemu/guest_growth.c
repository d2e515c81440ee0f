// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the guest: programs that run into their cgroup's limit, and what the rings
 * still say of them when they are dead and their cgroup is gone.
 */
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../growth.h"
#include "../../lib/clock.h"
#include "../../lib/growth.h"

#define MIB    ((size_t)1 << 20)
#define PAGE   4096
#define LIMIT  "100M"
#define PERIOD 64

static struct test_cgroup cgroup;
static struct oom_growth growth;
static struct oom_growth_sample out[1024];
static char *buffer;
static const size_t buffer_len = 400 * MIB;
static struct {
	volatile bool go;
	volatile size_t reached;
} * shared;

#define PLACED(name) __attribute__((noinline, noclone, section(#name)))
#define WITHIN(name, ip) \
	((ip) >= (uintptr_t)__start_##name && (ip) < (uintptr_t)__stop_##name)
extern const char __start_growing[], __stop_growing[];
extern const char __start_caller[], __stop_caller[];

PLACED(growing) static void grow(size_t len)
{
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	for (size_t i = 0; i < len; i += PAGE) {
		shared->reached = i;
		((volatile char *)buffer)[i] = 1;
	}
}

PLACED(caller) static void call_grow(void)
{
	grow(buffer_len);
	*(volatile char *)buffer = 2; /* no tail call */
}

static void read_grow(void)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < buffer_len; i += MIB) {
		shared->reached = i;
		if (read(fd, buffer + i, MIB) != (ssize_t)MIB)
			break;
	}
}

__attribute__((format(printf, 2, 3))) static bool check(bool good,
							const char *format, ...)
{
	va_list args;

	(void)printf(good ? "ok " : "not ok ");
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	(void)printf("\n");
	return good;
}

static int write_file(const char *name, const char *text)
{
	char path[600];
	int fd, rc;

	(void)snprintf(path, sizeof(path), "%s/%s", cgroup.path, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	rc = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* Lets a program run into the limit, watched, and collects the rings after. */
static size_t run_until_killed(const char *name, void (*work)(void), int advice,
			       uint64_t period, struct oom_growth_gaps *gaps)
{
	const struct oom_growth_options options = { .period = period };
	struct oom_growth_cpus cpus = { { 0 } };
	uint64_t before;
	int status = 0, fd;
	pid_t pid;

	shared->go = false;
	shared->reached = 0;
	if (!check(!make_cgroup(&cgroup), "%s: a cgroup", name) ||
	    !check(!write_file("memory.max", LIMIT), "%s: its limit", name))
		return 0;
	buffer = mmap(NULL, buffer_len, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	(void)madvise(buffer, buffer_len, advice);
	pid = fork();
	if (!pid) {
		if (join_cgroup(&cgroup))
			_exit(1);
		while (!shared->go)
			(void)usleep(1000);
		work();
		_exit(0);
	}
	(void)oom_growth_add_cpus(0, &cpus);
	fd = open_cgroup(&cgroup);
	before = oom_now_us();
	status = oom_growth_open_cgroup(&growth, fd, &cpus, &options);
	(void)printf("# opened for %u CPUs in %llu us\n", growth.n_rings,
		     (unsigned long long)(oom_now_us() - before));
	check(!status, "%s: %s", name, oom_growth_why(status));
	(void)close(fd);
	shared->go = true;
	(void)waitpid(pid, &status, 0);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	      "%s: killed at its limit, %zu MiB reached", name,
	      shared->reached / MIB);
	check(!remove_cgroup(&cgroup), "%s: the cgroup is gone", name);
	before = oom_now_us();
	fd = (int)oom_growth_drain(&growth, out, 1024, gaps);
	(void)printf("# %s: %d samples read in %llu us, %llu bytes "
		     "overwritten\n",
		     name, fd, (unsigned long long)(oom_now_us() - before),
		     (unsigned long long)gaps->overwritten_bytes);
	check(!gaps->bad, "%s: no record is bad", name);
	oom_growth_close(&growth);
	(void)munmap(buffer, buffer_len);
	return (size_t)fd;
}

static bool in_buffer(const struct oom_growth_sample *s)
{
	return s->addr >= (uintptr_t)buffer &&
	       s->addr < (uintptr_t)buffer + buffer_len;
}

static void touched(void)
{
	struct oom_growth_gaps gaps;
	size_t ours = 0, in_grow = 0, called = 0, last = 0;
	size_t n = run_until_killed("touched", call_grow, MADV_NOHUGEPAGE,
				    PERIOD, &gaps);

	for (size_t i = 0; i < n; i++) {
		bool found = false;

		if (!in_buffer(&out[i]))
			continue;
		ours++;
		last = out[i].addr - (uintptr_t)buffer;
		in_grow += WITHIN(growing, out[i].ip);
		for (uint32_t j = 0; j < out[i].n_callers; j++)
			found |= WITHIN(caller, out[i].callers[j]);
		called += found;
	}
	check(ours >= 7, "touched: %zu samples of the buffer", ours);
	check(ours && in_grow == ours, "touched: all by grow()");
	check(ours && called == ours, "touched: all with grow()'s caller");
	check(last <= shared->reached &&
		      shared->reached - last < 3 * PERIOD * PAGE,
	      "touched: up to the kill (%zu KiB before it)",
	      (shared->reached - last) / 1024);
}

/* Debian's kernel gives huge pages to all: few faults. */
static void touched_huge(void)
{
	struct oom_growth_gaps gaps;
	size_t n = run_until_killed("huge pages", call_grow, MADV_HUGEPAGE, 1,
				    &gaps);
	size_t ours = 0;

	for (size_t i = 0; i < n; i++)
		ours += in_buffer(&out[i]) && WITHIN(growing, out[i].ip);
	check(ours >= 7, "huge pages: %zu samples, one for each fault", ours);
}

static void read_into(void)
{
	struct oom_growth_gaps gaps;
	size_t n = run_until_killed("read(2)", read_grow, MADV_NOHUGEPAGE,
				    PERIOD, &gaps);
	size_t ours = 0, right = 0;

	for (size_t i = 0; i < n; i++) {
		if (!in_buffer(&out[i]))
			continue;
		ours++;
		right += out[i].in_syscall && out[i].ip &&
			 out[i].ip < UINT64_C(1) << 63;
	}
	check(ours >= 7, "read(2): %zu samples of the buffer", ours);
	check(right == ours, "read(2): each with the program's own place");
}

int main(void)
{
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	touched();
	touched_huge();
	read_into();
	return 0;
}
