// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the guest: a step that rests, and then fills its limit in about half a
 * second.  The recorder, asleep for most of each second, has to see it on its
 * way: three times, and the guard's alarm is what wakes it.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../growth.h"
#include "../../lib/clock.h"
#include "../../lib/recorder.h"

#define MIB  ((size_t)1 << 20)
#define PAGE 4096
#define TOP  "/sys/fs/cgroup"
#define JOB  "/rest/job_1"
#define TASK JOB "/step_0/user/task_0"

enum { REST_MS = 6000, FILL_MS = 600, PROBE_MIB = 64, ON_THE_WAY = 3 };

static struct {
	volatile uint64_t from_ms, reached;
} * shared;

static void put(const char *file, const char *text)
{
	char path[256];
	int fd;

	(void)snprintf(path, sizeof(path), TOP "%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		(void)printf("not ok rest: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	(void)close(fd);
}

static uint64_t touch(size_t len, int advice)
{
	uint64_t before = oom_now_us();
	volatile char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)madvise((void *)memory, len, advice);
	for (size_t i = 0; i < len; i += PAGE) {
		memory[i] = 1;
		shared->reached = i;
	}
	(void)munmap((void *)memory, len);
	return oom_now_us() - before;
}

static void make_tree(void)
{
	static const char *const folders[] = { "/rest", JOB, JOB "/step_0",
					       JOB "/step_0/user", TASK };
	char path[256];

	for (int i = 0; i < 5; i++) {
		(void)snprintf(path, sizeof(path), TOP "%s", folders[i]);
		(void)mkdir(path, 0755);
		if (i == 4)
			break;
		(void)snprintf(path, sizeof(path), "%s/cgroup.subtree_control",
			       folders[i]);
		put(path, "+memory");
	}
}

static void one(const char *name, int advice)
{
	static struct oom_record record;
	static struct oom_recorder recorder;
	static struct oom_cgroup_place place;
	struct oom_evidence_task task;
	uint64_t probe_us, took_ms;
	unsigned int seen = 0;
	size_t len;
	int status, pair[2];
	uint32_t from;
	char limit[32];
	pid_t pid;

	/* At this machine's own speed. */
	probe_us = touch(PROBE_MIB * MIB, advice);
	len = (size_t)((double)PROBE_MIB * FILL_MS * 1000 / (double)probe_us) *
	      MIB;
	if (len > 600 * MIB)
		len = 600 * MIB;
	(void)snprintf(limit, sizeof(limit), "%zu", len);
	put(JOB "/memory.max", limit);
	if (oom_cgroup_place(TASK, &place) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		exit(1);
	task = (struct oom_evidence_task){ .place = place, .placed = true };
	memset(&record, 0, sizeof(record));
	memset(&recorder, 0, sizeof(recorder));
	recorder = (struct oom_recorder){
		.record = &record,
		.stack = mmap(NULL, OOM_RECORDER_STACK, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		.wait_fd = pair[1],
		.wake_fd = pair[0],
		.kmsg = "/dev/kmsg",
		.proc_fd = open("/proc", O_PATH | O_CLOEXEC),
		.mount_fd = open(TOP, O_PATH | O_CLOEXEC),
		.version = OOM_CGROUP_V2,
		.place = &place,
		.tasks = &task,
		.start_us = oom_now_us(),
	};
	pid = fork();
	if (!pid) {
		put(TASK "/cgroup.procs", "0");
		(void)usleep(REST_MS * 1000);
		shared->from_ms = (oom_now_us() - recorder.start_us) / 1000;
		(void)touch(len + len / 2, advice);
		_exit(0);
	}
	(void)usleep(100000);
	(void)oom_recorder_start(&recorder);
	oom_recorder_tasks(&recorder, 1);
	(void)waitpid(pid, &status, 0);
	took_ms = (oom_now_us() - recorder.start_us) / 1000 - shared->from_ms;
	(void)oom_recorder_stop(&recorder);
	from = (uint32_t)shared->from_ms;
	for (uint32_t i = 0; i < record.recent.n; i++) {
		const struct oom_series_point *p = &record.recent.points[i];

		if (p->at_ms >= from && p->job_kib > len / 1024 / 20 &&
		    p->job_kib < len / 1024 / 20 * 19)
			seen++;
	}
	(void)printf("# %s: %zu MiB filled in %llu ms; %u looks in all, %u "
		     "points on the way; sampled from %u ms on (%d)\n",
		     name, len / MIB, (unsigned long long)took_ms, record.looks,
		     seen, record.faults_since_ms, record.faults_error);
	(void)printf("%s %s: killed\n",
		     WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
			     ? "ok"
			     : "not ok",
		     name);
	(void)printf("%s %s: the guard stood before it began\n",
		     record.faults_since_ms && record.faults_since_ms < from
			     ? "ok"
			     : "not ok",
		     name);
	(void)printf("%s %s: seen on its way %u times\n",
		     seen >= ON_THE_WAY ? "ok" : "not ok", name, seen);
}

int main(void)
{
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	make_tree();
	one("rest, then fast", MADV_NOHUGEPAGE);
	one("rest, then fast, huge pages", MADV_HUGEPAGE);
	return 0;
}
