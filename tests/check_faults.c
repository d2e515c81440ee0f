// SPDX-License-Identifier: GPL-2.0-or-later
/* When to sample, and the guard, with this machine's own kernel. */
#include "check.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../lib/clock.h"
#include "../lib/faults.h"

#define GIB_KIB (1ULL << 20)

START_TEST(worth_near_the_limit)
{
	const uint64_t limit = 4 * GIB_KIB;

	ck_assert(oom_faults_are_worth_it(limit / 2, limit, 0));
	ck_assert(!oom_faults_are_worth_it(limit / 2 - 1, limit, 0));
	/* Full within ten seconds, from a quarter on. */
	ck_assert(oom_faults_are_worth_it(limit / 4, limit, 400));
	ck_assert(!oom_faults_are_worth_it(limit / 4, limit, 100));
	ck_assert(!oom_faults_are_worth_it(limit / 4 - 1, limit, 1e9));
	ck_assert(!oom_faults_are_worth_it(0, UINT64_MAX, 1e9));
}
END_TEST

START_TEST(no_guard_where_a_second_is_short)
{
	struct oom_faults faults = { .attached = false };

	ck_assert(oom_faults_may_guard(&faults, 0, OOM_FAULTS_GUARD_KIB));
	ck_assert(!oom_faults_may_guard(&faults, 0, OOM_FAULTS_GUARD_KIB + 1));
	ck_assert(oom_faults_may_guard(&faults, 1, OOM_FAULTS_GUARD_KIB + 1));
	faults.false_alarms = OOM_FAULTS_GUARD_ALARMS;
	ck_assert(!oom_faults_may_guard(&faults, 0, GIB_KIB));
	faults = (struct oom_faults){ .attached = true };
	ck_assert(!oom_faults_may_guard(&faults, 0, GIB_KIB));
	ck_assert_int_eq(oom_faults_wake_fd(&faults), -1);
}
END_TEST

/* ---- with a kernel ---- */

#define CHUNK (16 * MIB)

static struct oom_record record;
static struct oom_faults *faults;
static pid_t pid;
static int proc_fd;
static int go[2];

/* Touches as many chunks as it is told by bytes; gives each back. */
static void begin(void)
{
	char byte;

	faults = calloc(1, sizeof(*faults));
	ck_assert_ptr_nonnull(faults);
	memset(&record, 0, sizeof(record));
	record.limit_kib = 1 << 20;
	proc_fd = open("/proc", O_PATH | O_CLOEXEC);
	ck_assert_int_ge(proc_fd, 0);
	ck_assert_int_eq(pipe(go), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid) {
		(void)close(go[0]);
		ck_assert_int_eq(waitpid(pid, NULL, WUNTRACED), pid);
		ck_assert_int_eq(kill(pid, SIGCONT), 0);
		return;
	}
	(void)close(go[1]);
	(void)raise(SIGSTOP); /* what it faults in to come so far is over */
	while (read(go[0], &byte, 1) == 1) {
		volatile char *memory =
			mmap(NULL, CHUNK, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		(void)madvise((void *)memory, CHUNK, MADV_NOHUGEPAGE);
		for (size_t i = 0; i < CHUNK; i += 4096)
			memory[i] = 1;
		(void)munmap((void *)memory, CHUNK);
	}
	_exit(0);
}

static void end(void)
{
	oom_faults_detach(faults);
	(void)close(go[1]);
	(void)close(proc_fd);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	free(faults);
}

static bool refused(void)
{
	int rc = record.faults_error;

	if (!rc)
		return false;
	ck_assert_msg(rc == -ENOSYS || rc == -EACCES || rc == -EPERM ||
			      rc == -EOPNOTSUPP,
		      "%s", oom_growth_why(rc));
	(void)printf("skipped: %s\n", oom_growth_why(rc));
	return true;
}

static void guard(uint64_t usage_kib)
{
	uint32_t one = (uint32_t)pid;

	oom_faults_guard(faults, &record, proc_fd, -1, &one, 1, oom_now_us(),
			 usage_kib);
}

static bool rings(int timeout_ms)
{
	struct pollfd p = { .fd = oom_faults_wake_fd(faults),
			    .events = POLLIN };

	return poll(&p, 1, timeout_ms) == 1;
}

static void touch(void)
{
	ck_assert_int_eq(write(go[1], "", 1), 1);
}

START_TEST(guard_wakes)
{
	begin();
	guard(0);
	if (!refused()) {
		ck_assert(faults->attached && faults->guards);
		ck_assert_uint_gt(record.faults_since_ms, 0);
		ck_assert(!rings(50));
		touch();
		ck_assert(rings(20000));
		oom_faults_drain(faults, &record, 16 << 10, 16 << 10);
		oom_faults_alarm(faults, &record, 100 << 10);
		ck_assert_uint_eq(faults->false_alarms, 0);
		ck_assert_uint_eq(faults->guarded_kib, 100 << 10);
		/* What woke us is a sample like any other. */
		ck_assert_uint_gt(record.fault_pages, 0);
		ck_assert_uint_eq(record.sites[0].pid, (uint32_t)pid);
	}
	end();
}
END_TEST

/* Memory that comes and goes: rarer alarms, and then none any more. */
START_TEST(guard_gives_up)
{
	unsigned int alarms = 0;

	begin();
	guard(0);
	while (!record.faults_error && faults->attached && alarms < 100) {
		uint64_t period = faults->growth.period;

		touch();
		if (!rings(1000))
			continue;
		oom_faults_drain(faults, &record, 0, 0);
		oom_faults_alarm(faults, &record, 0);
		alarms++;
		if (faults->attached)
			ck_assert_uint_gt(faults->growth.period, period);
	}
	if (!refused()) {
		ck_assert_uint_eq(alarms, OOM_FAULTS_GUARD_ALARMS);
		ck_assert(!oom_faults_may_guard(faults, 0, record.limit_kib));
	}
	end();
}
END_TEST

START_TEST(guard_becomes_dense)
{
	uint32_t one;
	uint64_t sparse;

	begin();
	one = (uint32_t)pid;
	guard(0);
	if (!refused()) {
		sparse = faults->growth.period;
		record.limit_kib = 48 << 10;
		oom_faults_attach(faults, &record, proc_fd, -1, &one, 1, 0,
				  44 << 10);
		ck_assert(faults->attached && !faults->guards);
		ck_assert_uint_eq(faults->growth.period, 16);
		ck_assert_uint_lt(faults->growth.period, sparse);
		/* Nobody is woken by dense samples. */
		ck_assert_int_eq(oom_faults_wake_fd(faults), -1);
		/* Not by a guard any more: it is looked at. */
		oom_faults_alarm(faults, &record, 0);
		ck_assert_uint_eq(faults->false_alarms, 0);
	}
	end();
}
END_TEST

TESTS("faults", worth_near_the_limit, no_guard_where_a_second_is_short,
      guard_wakes, guard_gives_up, guard_becomes_dense)
