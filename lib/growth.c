// SPDX-License-Identifier: GPL-2.0-or-later
#include "growth.h"

#ifdef __x86_64__
#include <asm/perf_regs.h>
#endif
#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The samples' layout, for this sample_type, in u64: perf_event_open(2). */
#define SAMPLE_TYPE \
	(PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | \
	 PERF_SAMPLE_ADDR | PERF_SAMPLE_CALLCHAIN)
/*
 * Behind the chain: whether there are registers, and they, in the order of
 * their numbers (asm/perf_regs.h); the stack's size, so many bytes, and how many
 * of them are true.
 */
#ifdef __x86_64__
#define REGS (1ULL << PERF_REG_X86_BP | 1ULL << PERF_REG_X86_SP)
enum { N_REGS = 2 };
#define STACK_TYPE (PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)
#else
#define REGS	   0
enum { N_REGS = 0 };
#define STACK_TYPE PERF_SAMPLE_STACK_USER
#endif
#define STACK_BYTES (8 * OOM_GROWTH_STACK_WORDS)
enum { AT_HEADER, AT_IP, AT_TID, AT_TIME, AT_ADDR, AT_NR, AT_CHAIN };

/* The place itself, its callers, and marks that say whose addresses follow. */
#define CHAIN_MAX  (OOM_GROWTH_CALLERS_MAX + 1)
#define RECORD_MAX 640
#define FIRST_MARK ((uint64_t)PERF_CONTEXT_MAX)

/*
 * The kernel writes a record before it moves data_head, at the place of the
 * oldest ones: those are never believed.  One writer at a time, a sample of 560
 * bytes at most, and a throttle record on top of it from an interrupt.
 */
#define UNSAFE_BYTES 600

static int sys_open(struct perf_event_attr *attr, pid_t pid, int cpu,
		    unsigned long flags)
{
	return (int)syscall(SYS_perf_event_open, attr, pid, cpu, -1, flags);
}

static void *sys_map(int fd, size_t len)
{
	return mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
}

static int sys_control(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg);
}

static const struct oom_growth_ops sys_ops = { sys_open, sys_map, sys_control };

int oom_growth_add_cpus(pid_t tid, struct oom_growth_cpus *cpus)
{
	struct oom_growth_cpus got = { { 0 } };

	/* Bound and active: sched_getaffinity() of kernel/sched/core.c */
	if (sched_getaffinity(tid, sizeof(got.bits), (cpu_set_t *)got.bits))
		return -errno;
	for (size_t i = 0; i < sizeof(got.bits) / sizeof(got.bits[0]); i++)
		cpus->bits[i] |= got.bits[i];
	return 0;
}

static bool has_cpu(const struct oom_growth_cpus *cpus, unsigned int cpu)
{
	const unsigned int width = 8 * sizeof(cpus->bits[0]);

	return cpus->bits[cpu / width] >> cpu % width & 1;
}

static unsigned int count_cpus(const struct oom_growth_cpus *cpus)
{
	unsigned int n = 0;

	for (unsigned int cpu = 0; cpu < OOM_GROWTH_CPUS_MAX; cpu++)
		n += has_cpu(cpus, cpu);
	return n;
}

/* ---- opening ---- */

static void fill_attr(struct perf_event_attr *attr,
		      const struct oom_growth_options *options)
{
	memset(attr, 0, sizeof(*attr));
	attr->type = PERF_TYPE_SOFTWARE;
	attr->size = sizeof(*attr);
	attr->config = PERF_COUNT_SW_PAGE_FAULTS;
	attr->sample_period = options->period;
	attr->sample_type = SAMPLE_TYPE | STACK_TYPE;
	attr->sample_regs_user = REGS;
	attr->sample_stack_user = STACK_BYTES;
	attr->sample_max_stack = CHAIN_MAX;
	attr->exclude_hv = 1;
	attr->exclude_callchain_kernel = 1;
	attr->use_clockid = 1;
	attr->clockid = CLOCK_MONOTONIC_RAW;
	attr->write_backward = 1;
	attr->wakeup_events = options->wakeup_samples;
}

static void drop_stack(struct perf_event_attr *attr)
{
	attr->sample_type = SAMPLE_TYPE;
	attr->sample_regs_user = 0;
	attr->sample_stack_user = 0;
}

/* One event; what this kernel will not have is asked for in a smaller way. */
static int open_event(struct oom_growth *growth, struct perf_event_attr *attr,
		      pid_t pid, int cpu, unsigned long flags)
{
	for (;;) {
		int fd = growth->ops->open(attr, pid, cpu, flags);

		if (fd >= 0)
			return fd;
		/* kernel.perf_event_max_stack is set below ours. */
		if (errno == EOVERFLOW && attr->sample_max_stack)
			attr->sample_max_stack = 0;
		/* kernel.perf_event_paranoid: not the kernel's faults, then. */
		else if (errno == EACCES && !attr->exclude_kernel)
			attr->exclude_kernel = 1;
		/* perf_copy_attr(): ENOSYS where the architecture has none. */
		else if (attr->sample_stack_user &&
			 (errno == ENOSYS || errno == EINVAL ||
			  errno == EACCES))
			drop_stack(attr);
		else
			/* perf_copy_attr(): a field that it does not know */
			return errno == E2BIG ? -EOPNOTSUPP : -errno;
	}
}

static int add_ring(struct oom_growth *growth, int fd)
{
	const size_t page = growth->map_len / 2;
	struct perf_event_mmap_page *map;

	map = growth->ops->map(fd, growth->map_len);
	if (map == MAP_FAILED)
		/* perf_mmap(): EPERM is RLIMIT_MEMLOCK and no CAP_IPC_LOCK */
		return errno == EPERM ? -ENOMEM : -errno;
	growth->rings[growth->n_rings++] = (struct oom_growth_ring){
		.head = (const uint64_t *)&map->data_head,
		.data = (const unsigned char *)map + page,
		.size = page,
		.map = map,
	};
	return 0;
}

/*
 * Edge-triggered: an event whose task is dead hangs up for ever, and must not
 * keep its poller awake.
 */
static int add_wakeup(const struct oom_growth *growth, int fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };

	return epoll_ctl(growth->wake_fd, EPOLL_CTL_ADD, fd, &event) ? -errno
								     : 0;
}

/*
 * All events of one CPU.  They share the ring of the first: others than this
 * CPU's cannot (perf_event_set_output()).
 */
static int open_cpu(struct oom_growth *growth, struct perf_event_attr *attr,
		    const pid_t *pids, size_t n_pids, int cpu,
		    unsigned long flags)
{
	int first = -1, rc = -ESRCH;

	for (size_t i = 0; i < n_pids; i++) {
		int fd = open_event(growth, attr, pids[i], cpu, flags);

		if (fd == -ESRCH)
			continue;
		if (fd < 0)
			return fd;
		growth->fds[growth->n_events++] = fd;
		if (first >= 0) {
			if (growth->ops->control(fd, PERF_EVENT_IOC_SET_OUTPUT,
						 (void *)(intptr_t)first))
				return -errno;
			continue;
		}
		first = fd;
		rc = add_ring(growth, fd);
		if (!rc && growth->wakes)
			rc = add_wakeup(growth, fd);
		if (rc)
			return rc;
	}
	return rc;
}

static int open_all(struct oom_growth *growth, struct perf_event_attr *attr,
		    const pid_t *pids, size_t n_pids,
		    const struct oom_growth_cpus *cpus, unsigned long flags)
{
	int rc, missed = -ENODEV;

	for (unsigned int cpu = 0; cpu < OOM_GROWTH_CPUS_MAX; cpu++) {
		if (!has_cpu(cpus, cpu))
			continue;
		rc = open_cpu(growth, attr, pids, n_pids, (int)cpu, flags);
		if (rc == -ENODEV || rc == -ESRCH) {
			missed = rc;
			growth->n_cpus_missed++;
		} else if (rc) {
			return rc;
		}
	}
	growth->user_only = attr->exclude_kernel;
	return growth->n_rings ? 0 : missed;
}

static int open_growth(struct oom_growth *growth, const pid_t *pids,
		       size_t n_pids, const struct oom_growth_cpus *cpus,
		       const struct oom_growth_options *options,
		       unsigned long flags)
{
	const unsigned int n_cpus = count_cpus(cpus);
	uint32_t rings_max = OOM_GROWTH_RINGS_MAX;
	struct perf_event_attr attr;
	int rc = 0;

	memset(growth, 0, sizeof(*growth));
	growth->ops = options->ops ? options->ops : &sys_ops;
	growth->map_len = 2 * (size_t)sysconf(_SC_PAGESIZE);
	growth->period = options->period;
	if (options->rings_max && options->rings_max < rings_max)
		rings_max = options->rings_max;
	if (!options->period || !n_cpus || !n_pids)
		return -EINVAL;
	if (n_cpus > rings_max || n_pids > OOM_GROWTH_EVENTS_MAX / n_cpus)
		return -E2BIG;
	if (options->wakeup_samples) {
		growth->wake_fd = epoll_create1(EPOLL_CLOEXEC);
		if (growth->wake_fd < 0)
			return -errno;
		growth->wakes = true;
	}
	fill_attr(&attr, options);
	/* A cgroup's event finds every process by itself. */
	attr.inherit = !(flags & PERF_FLAG_PID_CGROUP);
	rc = open_all(growth, &attr, pids, n_pids, cpus, flags);
	if (rc)
		oom_growth_close(growth);
	return rc;
}

int oom_growth_open_cgroup(struct oom_growth *growth, int cgroup_fd,
			   const struct oom_growth_cpus *cpus,
			   const struct oom_growth_options *options)
{
	const pid_t pid = cgroup_fd;

	return open_growth(growth, &pid, 1, cpus, options,
			   PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC);
}

int oom_growth_open_tasks(struct oom_growth *growth, const pid_t *tids,
			  size_t n_tids, const struct oom_growth_cpus *cpus,
			  const struct oom_growth_options *options)
{
	return open_growth(growth, tids, n_tids, cpus, options,
			   PERF_FLAG_FD_CLOEXEC);
}

int oom_growth_open_one(pid_t tid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME |
			       PERF_SAMPLE_ADDR,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.wakeup_events = 1,
		.disabled = 1,
		.exclude_hv = 1,
	};
	int fd = sys_open(&attr, tid, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

const char *oom_growth_why(int rc)
{
	switch (rc) {
	case 0:
		return "page faults are sampled";
	case -ENOSYS:
		return "this kernel has no perf events";
	case -EACCES:
	case -EPERM:
		return "perf events are not allowed here "
		       "(kernel.perf_event_paranoid, seccomp)";
	case -EMFILE:
	case -ENFILE:
		return "no descriptors left for perf events";
	case -ENOMEM:
		return "no memory, or no locked memory, for perf rings "
		       "(kernel.perf_event_mlock_kb)";
	case -E2BIG:
		return "more CPUs or threads than there may be perf rings for";
	case -EINVAL:
	case -EOPNOTSUPP:
		return "this kernel's perf events cannot do this";
	case -EBADF:
		return "perf events do not follow this cgroup hierarchy";
	case -ESRCH:
	case -ENODEV:
	case -ENOENT:
		return "the processes or CPUs to watch are gone";
	default:
		return "perf events cannot be opened";
	}
}

void oom_growth_close(struct oom_growth *growth)
{
	if (growth->wakes)
		(void)close(growth->wake_fd);
	for (uint32_t i = 0; i < growth->n_rings; i++)
		if (growth->rings[i].map)
			(void)munmap(growth->rings[i].map, growth->map_len);
	for (uint32_t i = 0; i < growth->n_events; i++)
		(void)close(growth->fds[i]);
	growth->n_rings = 0;
	growth->n_events = 0;
	growth->wakes = false;
}

/* ---- while it runs ---- */

/*
 * Off meanwhile: one that is counting takes the first overflow at once and then
 * the old period once more (perf_swevent_set_period() goes by last_period,
 * which only perf_swevent_add() renews: Linux 6.18).
 */
static int set_period(const struct oom_growth_ops *ops, int fd,
		      uint64_t *period)
{
	int rc = 0;

	if (ops->control(fd, PERF_EVENT_IOC_DISABLE, NULL))
		return -errno;
	if (ops->control(fd, PERF_EVENT_IOC_PERIOD, period))
		rc = -errno;
	if (ops->control(fd, PERF_EVENT_IOC_ENABLE, NULL) && !rc)
		rc = -errno;
	return rc;
}

int oom_growth_set_period(struct oom_growth *growth, uint64_t period)
{
	int rc = 0;

	if (!period)
		return -EINVAL;
	growth->period = period;
	for (uint32_t i = 0; i < growth->n_events; i++) {
		int one = set_period(growth->ops, growth->fds[i], &period);

		if (one && !rc)
			rc = one;
	}
	return rc;
}

int oom_growth_wake_fd(const struct oom_growth *growth)
{
	return growth->wakes ? growth->wake_fd : -1;
}

/* ---- reading ---- */

/* Pairs with the kernel's write barrier before data_head: ring_buffer.c. */
static uint64_t load_head(const struct oom_growth_ring *ring)
{
	return __atomic_load_n(ring->head, __ATOMIC_ACQUIRE);
}

static void copy_out(const struct oom_growth_ring *ring, uint64_t at, void *out,
		     size_t len)
{
	const size_t from = at & (ring->size - 1);
	const size_t first = len < ring->size - from ? len : ring->size - from;

	memcpy(out, ring->data + from, first);
	memcpy((unsigned char *)out + first, ring->data, len - first);
}

/* Is what was copied from before `end` still whole? */
static bool still_there(const struct oom_growth_ring *ring, uint64_t end)
{
	atomic_thread_fence(memory_order_acquire);
	return end - __atomic_load_n(ring->head, __ATOMIC_RELAXED) <=
	       ring->size - UNSAFE_BYTES;
}

/*
 * The record at ring->at.  Its length; 0: the ring ends here, or what is here
 * cannot be a record, and nothing behind it can be found.
 */
static size_t copy_record(const struct oom_growth_ring *ring,
			  uint64_t record[RECORD_MAX / 8], uint32_t *bad)
{
	const uint64_t room = ring->end - ring->at;
	struct perf_event_header header;
	size_t len;

	if (!room)
		return 0;
	/* Sizes are multiples of 8, as the ring's is: headers never wrap. */
	if (room >= sizeof(header)) {
		copy_out(ring, ring->at, &header, sizeof(header));
		len = header.size;
	} else {
		len = 0;
	}
	if (!still_there(ring, ring->at + sizeof(header)))
		return 0;
	if (len < sizeof(header) || len % 8) {
		++*bad;
		return 0;
	}
	/* The oldest, cut off by the newest. */
	if (len > room)
		return 0;
	memset(record, 0, RECORD_MAX);
	copy_out(ring, ring->at, record, len < RECORD_MAX ? len : RECORD_MAX);
	return still_there(ring, ring->at + len) ? len : 0;
}

/* How many words the registers take up; 0: these cannot be any. */
static size_t regs_words(const uint64_t *rest, size_t n)
{
	const size_t words = !N_REGS ? 0 : rest[0] ? 1 + N_REGS : 1;

	return words < n ? words : 0;
}

/* Nothing behind the chain, or registers and a stack, and then nothing. */
static bool is_stack(const uint64_t *rest, size_t n)
{
	size_t regs;

	if (!n)
		return true;
	regs = regs_words(rest, n);
	if (N_REGS && !regs)
		return false;
	rest += regs;
	n -= regs;
	if (n == 1)
		return !rest[0];
	return rest[0] == STACK_BYTES && n == OOM_GROWTH_STACK_WORDS + 2 &&
	       rest[n - 1] <= STACK_BYTES;
}

static bool is_sample(const uint64_t *record, size_t len)
{
	const struct perf_event_header *header = (const void *)record;

	return header->type == PERF_RECORD_SAMPLE && len <= RECORD_MAX &&
	       len >= AT_CHAIN * 8 && record[AT_NR] <= len / 8 - AT_CHAIN &&
	       is_stack(&record[AT_CHAIN + record[AT_NR]],
			len / 8 - AT_CHAIN - record[AT_NR]);
}

/* Everything that is no sample, or none that can be. */
static void count_other(const uint64_t *record, size_t len,
			struct oom_growth_gaps *gaps)
{
	const struct perf_event_header *header = (const void *)record;

	if (header->type == PERF_RECORD_SAMPLE)
		gaps->bad++;
	else if (header->type == PERF_RECORD_THROTTLE)
		gaps->throttled++;
	else if (header->type == PERF_RECORD_LOST && len >= 24)
		gaps->lost += record[2]; /* header, id, lost */
	else if (header->type == PERF_RECORD_LOST_SAMPLES && len >= 16)
		gaps->lost += record[1];
}

static void read_stack(const uint64_t *record, size_t len,
		       struct oom_growth_sample *out)
{
	const uint64_t *rest = &record[AT_CHAIN + record[AT_NR]];
	size_t n = len / 8 - AT_CHAIN - record[AT_NR],
	       regs = n ? regs_words(rest, n) : 0;

	if (N_REGS && regs > 1) {
		out->frame = rest[1];
		out->stack = rest[2];
	}
	if (n < regs + OOM_GROWTH_STACK_WORDS + 2)
		return;
	rest += regs;
	out->n_words = (uint32_t)(rest[OOM_GROWTH_STACK_WORDS + 1] / 8);
	memcpy(out->words, rest + 1, out->n_words * sizeof(out->words[0]));
}

static void read_sample(const uint64_t *record, size_t len,
			struct oom_growth_sample *out)
{
	const struct perf_event_header *header = (const void *)record;
	bool of_user = false, leaf = true;

	memset(out, 0, sizeof(*out));
	out->in_syscall = (header->misc & PERF_RECORD_MISC_CPUMODE_MASK) !=
			  PERF_RECORD_MISC_USER;
	memcpy(&out->pid, &record[AT_TID], sizeof(out->pid));
	memcpy(&out->tid, (const char *)&record[AT_TID] + sizeof(out->pid),
	       sizeof(out->tid));
	out->time_us = record[AT_TIME] / 1000;
	out->addr = record[AT_ADDR];
	if (!out->in_syscall)
		out->ip = record[AT_IP];
	for (uint64_t i = 0; i < record[AT_NR]; i++) {
		const uint64_t ip = record[AT_CHAIN + i];

		if (ip >= FIRST_MARK) {
			of_user = ip == (uint64_t)PERF_CONTEXT_USER;
		} else if (of_user && leaf) {
			leaf = false;
			if (out->in_syscall)
				out->ip = ip;
		} else if (of_user && out->n_callers < OOM_GROWTH_CALLERS_MAX) {
			out->callers[out->n_callers++] = ip;
		}
	}
	read_stack(record, len, out);
}

/* Walks to the next older sample; false when there is none. */
static bool find_sample(struct oom_growth_ring *ring,
			struct oom_growth_gaps *gaps)
{
	uint64_t record[RECORD_MAX / 8];
	size_t len;

	while ((len = copy_record(ring, record, &gaps->bad))) {
		if (is_sample(record, len)) {
			ring->time_ns = record[AT_TIME];
			return true;
		}
		count_other(record, len, gaps);
		ring->at += len;
	}
	return false;
}

/* False when the kernel has overwritten it since it was found. */
static bool take_sample(struct oom_growth_ring *ring,
			struct oom_growth_sample *out,
			struct oom_growth_gaps *gaps)
{
	uint64_t record[RECORD_MAX / 8];
	size_t len = copy_record(ring, record, &gaps->bad);

	if (!len || !is_sample(record, len))
		return false;
	if (out)
		read_sample(record, len, out);
	ring->at += len;
	return true;
}

/* What is new in the ring, the newest first: from its head upward. */
static bool begin_ring(struct oom_growth_ring *ring,
		       struct oom_growth_gaps *gaps)
{
	const uint64_t head = load_head(ring);
	uint64_t fresh = ring->seen - head;

	if (fresh > ring->size) {
		gaps->overwritten_bytes += fresh - ring->size;
		fresh = ring->size;
	}
	ring->at = head;
	ring->end = head + fresh;
	ring->seen = head;
	return find_sample(ring, gaps);
}

static void turn_round(struct oom_growth_sample *samples, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct oom_growth_sample kept = samples[i];

		samples[i] = samples[n - 1 - i];
		samples[n - 1 - i] = kept;
	}
}

/* A poll(2) on a descriptor of epoll does not take what is ready off it. */
static void quiet(const struct oom_growth *growth)
{
	struct epoll_event events[64];

	if (!growth->wakes)
		return;
	for (uint32_t i = 0; i <= growth->n_rings / 64; i++)
		if (epoll_wait(growth->wake_fd, events, 64, 0) < 64)
			return;
}

size_t oom_growth_drain(struct oom_growth *growth,
			struct oom_growth_sample *out, size_t cap,
			struct oom_growth_gaps *ret_gaps)
{
	struct oom_growth_ring *live[OOM_GROWTH_RINGS_MAX];
	struct oom_growth_gaps gaps = { 0 };
	size_t n = 0, n_live = 0;

	/* First: what comes while the rings are read wakes again. */
	quiet(growth);
	for (uint32_t i = 0; i < growth->n_rings; i++)
		if (begin_ring(&growth->rings[i], &gaps))
			live[n_live++] = &growth->rings[i];
	/* A backward ring reads from new to old, and so does the merge. */
	while (n_live) {
		size_t newest = 0;

		for (size_t i = 1; i < n_live; i++)
			if (live[i]->time_ns > live[newest]->time_ns)
				newest = i;
		if (take_sample(live[newest], n < cap ? &out[n] : NULL, &gaps))
			n < cap ? (void)n++ : (void)gaps.left_out++;
		else
			live[newest]->at = live[newest]->end;
		if (!find_sample(live[newest], &gaps))
			live[newest] = live[--n_live];
	}
	turn_round(out, n);
	*ret_gaps = gaps;
	return n;
}
