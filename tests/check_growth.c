// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * growth: rings made by hand, system calls that are refused, and this machine's
 * own kernel where it has perf events ("skipped: ..." where it has not).
 */
#include "check.h"

#include <linux/perf_event.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "growth.h"
#include "../lib/clock.h"
#include "../lib/growth.h"

#define RING 4096
#define OUT  4096

static struct oom_growth growth;
static struct oom_growth_gaps gaps;
static struct oom_growth_sample out[OUT];

static size_t drain(void)
{
	return oom_growth_drain(&growth, out, OUT, &gaps);
}

/* ---- rings made by hand, as the kernel writes them ---- */

static unsigned char data[3][RING] __attribute__((aligned(8)));
static uint64_t heads[3];

static void begin_rings(void)
{
	memset(data, 0, sizeof(data));
	memset(heads, 0, sizeof(heads));
	memset(&growth, 0, sizeof(growth));
	growth.n_rings = 3;
	for (int i = 0; i < 3; i++)
		growth.rings[i] = (struct oom_growth_ring){
			.head = &heads[i],
			.data = data[i],
			.size = RING,
		};
}

/* Backward: below what is there, and then the head is moved. */
static void put(int ring, const void *record, size_t len)
{
	heads[ring] -= len;
	for (size_t i = 0; i < len; i++)
		data[ring][(heads[ring] + i) % RING] =
			((const unsigned char *)record)[i];
}

struct record {
	struct perf_event_header header;
	uint64_t ip;
	uint32_t pid, tid;
	uint64_t time, addr, nr, chain[40];
};

#define HEAD_LEN offsetof(struct record, chain)

static struct record a_sample(uint64_t time_us, unsigned int n_chain)
{
	struct record r = {
		.header.type = PERF_RECORD_SAMPLE,
		.header.misc = PERF_RECORD_MISC_USER,
		.header.size = (uint16_t)(HEAD_LEN + 8 * n_chain),
		.ip = 0x1000,
		.pid = 41,
		.tid = 42,
		.time = time_us * 1000 + 999,
		.addr = 0x7000 + time_us,
		.nr = n_chain,
	};

	for (unsigned int i = 0; i < n_chain && i < 40; i++)
		r.chain[i] = i ? 0x1000 * i : (uint64_t)PERF_CONTEXT_USER;
	return r;
}

static void put_sample(int ring, uint64_t time_us, unsigned int n_chain)
{
	struct record r = a_sample(time_us, n_chain);

	put(ring, &r, r.header.size);
}

START_TEST(nothing)
{
	begin_rings();
	gaps.bad = 7;
	ck_assert_uint_eq(drain(), 0);
	ck_assert_uint_eq(gaps.bad, 0);
}
END_TEST

START_TEST(one_sample)
{
	begin_rings();
	put_sample(0, 500, 4);
	ck_assert_uint_eq(drain(), 1);
	ck_assert_uint_eq(out[0].time_us, 500);
	ck_assert_uint_eq(out[0].pid, 41);
	ck_assert_uint_eq(out[0].tid, 42);
	ck_assert_uint_eq(out[0].addr, 0x7000 + 500);
	ck_assert_uint_eq(out[0].ip, 0x1000);
	ck_assert(!out[0].in_syscall);
	/* The chain begins with the place itself. */
	ck_assert_uint_eq(out[0].n_callers, 2);
	ck_assert_uint_eq(out[0].callers[0], 0x2000);
	ck_assert_uint_eq(out[0].callers[1], 0x3000);
	ck_assert_uint_eq(gaps.bad, 0);
	/* Once. */
	ck_assert_uint_eq(drain(), 0);
	put_sample(0, 600, 4);
	ck_assert_uint_eq(drain(), 1);
	ck_assert_uint_eq(out[0].time_us, 600);
}
END_TEST

START_TEST(chain_lengths)
{
	begin_rings();
	put_sample(0, 1, 0);
	put_sample(0, 2, 1);
	put_sample(0, 3, 2);
	put_sample(0, 4, 40);
	ck_assert_uint_eq(drain(), 4);
	ck_assert_uint_eq(out[0].n_callers, 0);
	ck_assert_uint_eq(out[1].n_callers, 0);
	ck_assert_uint_eq(out[2].n_callers, 0);
	ck_assert_uint_eq(out[3].n_callers, OOM_GROWTH_CALLERS_MAX);
	ck_assert_uint_eq(gaps.bad, 0);
}
END_TEST

/* Where the kernel touched it, its own address is nobody's business. */
START_TEST(touched_by_the_kernel)
{
	struct record r = a_sample(1, 6);

	begin_rings();
	r.header.misc = PERF_RECORD_MISC_KERNEL;
	r.ip = UINT64_C(0xffffffff81000000);
	r.chain[0] = (uint64_t)PERF_CONTEXT_KERNEL;
	r.chain[1] = r.ip;
	r.chain[2] = (uint64_t)PERF_CONTEXT_USER;
	put(0, &r, r.header.size);
	/* A kernel thread's, or exec's: no user at all. */
	r.nr = 2;
	r.header.size = HEAD_LEN + 16;
	r.time += 1000;
	put(0, &r, r.header.size);
	ck_assert_uint_eq(drain(), 2);
	ck_assert(out[0].in_syscall);
	ck_assert_uint_eq(out[0].ip, 0x3000);
	ck_assert_uint_eq(out[0].n_callers, 2);
	ck_assert_uint_eq(out[0].callers[0], 0x4000);
	ck_assert(out[1].in_syscall);
	ck_assert_uint_eq(out[1].ip, 0);
	ck_assert_uint_eq(out[1].n_callers, 0);
}
END_TEST

START_TEST(merged_in_time_order)
{
	begin_rings();
	for (uint64_t i = 0; i < 60; i++)
		put_sample(i % 7 < 3 ? 0 : i % 7 < 6 ? 1 : 2, i, i % 4);
	ck_assert_uint_eq(drain(), 60);
	for (uint64_t i = 0; i < 60; i++)
		ck_assert_uint_eq(out[i].time_us, i);
}
END_TEST

/* No room for all: the latest of all CPUs. */
START_TEST(the_latest_when_there_is_no_room)
{
	begin_rings();
	for (uint64_t i = 0; i < 60; i++)
		put_sample((int)(i % 3), i, 2);
	out[10].time_us = 4711;
	ck_assert_uint_eq(oom_growth_drain(&growth, out, 10, &gaps), 10);
	for (uint64_t i = 0; i < 10; i++)
		ck_assert_uint_eq(out[i].time_us, 50 + i);
	ck_assert_uint_eq(out[10].time_us, 4711);
	ck_assert_uint_eq(gaps.left_out, 50);
	ck_assert_uint_eq(drain(), 0);
	put_sample(1, 99, 2);
	ck_assert_uint_eq(oom_growth_drain(&growth, NULL, 0, &gaps), 0);
	ck_assert_uint_eq(gaps.left_out, 1);
}
END_TEST

/* Every place for a record to be cut in two by the ring's end. */
START_TEST(wraps_around)
{
	begin_rings();
	for (uint64_t i = 0; i < 2000; i++) {
		put_sample(0, i, (unsigned int)(i % 19));
		ck_assert_uint_eq(drain(), 1);
		ck_assert_uint_eq(out[0].time_us, i);
		ck_assert_uint_eq(out[0].addr, 0x7000 + i);
		ck_assert_uint_eq(out[0].n_callers, i % 19 < 2 ? 0
						    : i % 19 - 2 > 16
							    ? 16
							    : i % 19 - 2);
	}
	ck_assert_uint_eq(gaps.bad, 0);
}
END_TEST

/* Nobody drained: the oldest are gone, the latest are whole. */
START_TEST(overwritten)
{
	const size_t len = HEAD_LEN + 8 * 3;
	size_t n;

	begin_rings();
	for (uint64_t i = 0; i < 200; i++)
		put_sample(0, i, 3);
	n = drain();
	ck_assert_uint_eq(n, (RING - 576) / len);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(out[i].time_us, 200 - n + i);
	ck_assert_uint_eq(gaps.overwritten_bytes, 200 * len - RING);
	ck_assert_uint_eq(gaps.bad, 0);
	ck_assert_uint_eq(drain(), 0);
	ck_assert_uint_eq(gaps.overwritten_bytes, 0);
}
END_TEST

START_TEST(lost_and_throttled)
{
	const uint64_t lost[3] = { 0, 9, 1000 }, lost_samples[2] = { 0, 30 };
	const uint64_t other[4] = { 0 };
	struct {
		struct perf_event_header header;
		uint64_t rest[3];
	} record;

	begin_rings();
	put_sample(0, 1, 2);
	memcpy(&record, lost, sizeof(lost));
	record.header = (struct perf_event_header){ PERF_RECORD_LOST, 0, 24 };
	put(0, &record, 24);
	memcpy(&record, lost_samples, sizeof(lost_samples));
	record.header =
		(struct perf_event_header){ PERF_RECORD_LOST_SAMPLES, 0, 16 };
	put(0, &record, 16);
	memcpy(&record, other, sizeof(other));
	record.header =
		(struct perf_event_header){ PERF_RECORD_THROTTLE, 0, 32 };
	put(0, &record, 32);
	record.header.type = PERF_RECORD_UNTHROTTLE;
	put(0, &record, 32);
	record.header.type = PERF_RECORD_MMAP2;
	put(0, &record, 32);
	record.header.type = 4711;
	put(0, &record, 32);
	put_sample(0, 2, 2);
	ck_assert_uint_eq(drain(), 2);
	ck_assert_uint_eq(gaps.lost, 1030);
	ck_assert_uint_eq(gaps.throttled, 1);
	ck_assert_uint_eq(gaps.bad, 0);
	/* Shorter than they must be. */
	record.header = (struct perf_event_header){ PERF_RECORD_LOST, 0, 16 };
	put(0, &record, 16);
	record.header.type = PERF_RECORD_LOST_SAMPLES;
	record.header.size = 8;
	put(0, &record, 8);
	ck_assert_uint_eq(drain(), 0);
	ck_assert_uint_eq(gaps.lost, 0);
}
END_TEST

/* A size that cannot be: what is newer stays, what is older cannot be found. */
START_TEST(lying_sizes)
{
	static const uint16_t sizes[] = { 0, 1, 7, 9, 12, HEAD_LEN + 4 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct record r = a_sample(2, 3);

		begin_rings();
		put_sample(0, 1, 2);
		r.header.size = sizes[i];
		put(0, &r, HEAD_LEN + 24);
		put_sample(0, 3, 2);
		put_sample(1, 4, 2);
		ck_assert_uint_eq(drain(), 2);
		ck_assert_uint_eq(out[0].time_us, 3);
		ck_assert_uint_eq(out[1].time_us, 4);
		ck_assert_uint_eq(gaps.bad, 1);
	}
}
END_TEST

/* Longer than what is left: cut off. */
START_TEST(size_beyond_the_ring)
{
	struct record r = a_sample(1, 3);

	begin_rings();
	r.header.size = 65528;
	put(0, &r, HEAD_LEN + 24);
	put_sample(0, 2, 2);
	ck_assert_uint_eq(drain(), 1);
	ck_assert_uint_eq(out[0].time_us, 2);
}
END_TEST

/* The size is right, and what it holds is not: that one alone is bad. */
START_TEST(lying_samples)
{
	struct record r = a_sample(2, 3);

	begin_rings();
	put_sample(0, 1, 2);
	r.nr = 4;
	put(0, &r, r.header.size);
	r.nr = UINT64_MAX;
	put(0, &r, r.header.size);
	r.nr = UINT64_MAX / 8 + 1;
	put(0, &r, r.header.size);
	r.header.size = HEAD_LEN - 8;
	put(0, &r, r.header.size);
	r.header.size = 8;
	put(0, &r, r.header.size);
	put_sample(0, 3, 2);
	ck_assert_uint_eq(drain(), 2);
	ck_assert_uint_eq(out[0].time_us, 1);
	ck_assert_uint_eq(out[1].time_us, 3);
	ck_assert_uint_eq(gaps.bad, 5);
}
END_TEST

/* ---- with the top of the stack ---- */

#define STACK OOM_GROWTH_STACK_WORDS

struct stack_record {
	struct record head;
	uint64_t rest[STACK + 8];
};

#ifdef __x86_64__
#define REGS 2
#else
#define REGS -1
#endif

/* As the kernel lays it out: behind the chain as long as that is. */
static void put_stack(int ring, uint64_t time_us, unsigned int n_chain,
		      uint64_t size, uint64_t dyn_size, unsigned int n_rest)
{
	struct stack_record r = { .head = a_sample(time_us, n_chain) };
	uint64_t *at = &r.head.chain[n_chain];

	for (int i = 0; i <= REGS; i++)
		*at++ = i ? 0x7000 + (uint64_t)i : 2;
	at[0] = size;
	for (unsigned int i = 1; i <= STACK; i++)
		at[i] = 0x5000 + i;
	at[STACK + 1] = dyn_size;
	r.head.header.size =
		(uint16_t)(HEAD_LEN +
			   8 * (n_chain + (unsigned int)(REGS + 1) + n_rest));
	put(ring, &r, r.head.header.size);
}

START_TEST(stacks)
{
	begin_rings();
	put_stack(0, 1, 4, 8 * STACK, 8 * STACK, STACK + 2);
	put_stack(0, 2, 0, 8 * STACK, 24, STACK + 2);
	put_stack(0, 3, 4, 8 * STACK, 0, STACK + 2);
	put_stack(0, 4, 4, 0, 0, 1); /* a kernel thread has none */
	put_sample(0, 5, 4);
	ck_assert_uint_eq(drain(), 5);
	ck_assert_uint_eq(gaps.bad, 0);
	ck_assert_uint_eq(out[0].n_callers, 2);
	ck_assert_uint_eq(out[0].n_words, STACK);
	ck_assert_uint_eq(out[0].words[0], 0x5001);
	if (REGS > 0) {
		ck_assert_uint_eq(out[0].frame, 0x7001);
		ck_assert_uint_eq(out[0].stack, 0x7002);
		ck_assert_uint_eq(out[4].stack, 0);
	}
	ck_assert_uint_eq(out[0].words[STACK - 1], 0x5000 + STACK);
	/* Behind what was copied lies anything. */
	ck_assert_uint_eq(out[1].n_words, 3);
	ck_assert_uint_eq(out[1].words[2], 0x5003);
	ck_assert_uint_eq(out[1].words[3], 0);
	ck_assert_uint_eq(out[2].n_words, 0);
	ck_assert_uint_eq(out[3].n_words, 0);
	ck_assert_uint_eq(out[4].n_words, 0);
}
END_TEST

/* A thread of the kernel's: no registers, and no stack. */
START_TEST(no_registers)
{
	struct stack_record r = { .head = a_sample(1, 2) };

	if (REGS < 0)
		return;
	begin_rings();
	r.head.header.size = HEAD_LEN + 8 * 4;
	put(0, &r, r.head.header.size);
	/* They end before they should, or nothing comes behind. */
	r.head.chain[2] = 2;
	put(0, &r, r.head.header.size);
	r.head.header.size = HEAD_LEN + 8 * 5;
	put(0, &r, r.head.header.size);
	r.head.chain[2] = 0;
	r.head.header.size = HEAD_LEN + 8 * 3;
	put(0, &r, r.head.header.size);
	ck_assert_uint_eq(drain(), 1);
	ck_assert_uint_eq(out[0].n_words, 0);
	ck_assert_uint_eq(out[0].stack, 0);
	ck_assert_uint_eq(gaps.bad, 3);
}
END_TEST

START_TEST(lying_stacks)
{
	static const struct {
		uint64_t size, dyn_size;
		unsigned int n_rest;
	} lies[] = {
		{ 8 * STACK, 8 * STACK + 1, STACK + 2 },
		{ 8 * STACK, UINT64_MAX, STACK + 2 },
		{ 8 * STACK, 8 * STACK, STACK + 1 },
		{ 8 * STACK, 8 * STACK, STACK + 3 },
		{ 8 * STACK - 8, 8, STACK + 2 },
		{ 8 * STACK + 8, 8, STACK + 2 },
		{ 0, 0, STACK + 2 },
		{ 8 * STACK, 0, 1 },
		{ UINT64_MAX, 0, 1 },
		{ 0, 0, 2 },
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		begin_rings();
		put_sample(0, 1, 2);
		put_stack(0, 2, 3, lies[i].size, lies[i].dyn_size,
			  lies[i].n_rest);
		put_sample(0, 3, 2);
		ck_assert_uint_eq(drain(), 2);
		ck_assert_uint_eq(out[0].time_us, 1);
		ck_assert_uint_eq(out[1].time_us, 3);
		ck_assert_uint_eq(gaps.bad, 1);
	}
}
END_TEST

/* The longest that the kernel can make of what we ask for, at any place. */
START_TEST(longest_stacks)
{
	begin_rings();
	for (uint64_t i = 0; i < 500; i++) {
		put_stack((int)(i % 3), i, (unsigned int)(i % 20), 8 * STACK,
			  8 * STACK, STACK + 2);
		ck_assert_uint_eq(drain(), 1);
		ck_assert_uint_eq(out[0].time_us, i);
		ck_assert_uint_eq(out[0].n_words, STACK);
		ck_assert_uint_eq(out[0].words[STACK - 1], 0x5000 + STACK);
	}
	ck_assert_uint_eq(gaps.bad, 0);
}
END_TEST

/* Longer than we ask for: not believed, and passed over. */
START_TEST(sample_that_is_too_long)
{
	struct {
		struct record record;
		uint64_t more[100];
	} r = { .record = a_sample(2, 40) };

	begin_rings();
	put_sample(0, 1, 2);
	r.record.nr = 100;
	r.record.header.size = HEAD_LEN + 800;
	put(0, &r, r.record.header.size);
	put_sample(0, 3, 2);
	ck_assert_uint_eq(drain(), 2);
	ck_assert_uint_eq(gaps.bad, 1);
}
END_TEST

/* A head that jumps anywhere, and any bytes: bounded, and no bad read (asan). */
START_TEST(any_bytes)
{
	unsigned int seed = 1;
	size_t n;

	begin_rings();
	for (int round = 0; round < 4000; round++) {
		const int ring = rand_r(&seed) % 3;

		for (int i = 0; i < 40; i++) {
			size_t at = (size_t)rand_r(&seed) % (RING / 8) * 8;
			uint64_t value = (uint64_t)rand_r(&seed) % 300;
			struct perf_event_header header = {
				.type = (uint32_t)(value % 16),
				.size = (uint16_t)(rand_r(&seed) % 40 * 8),
			};

			memcpy(&data[ring][at],
			       i % 2 ? (void *)&value : (void *)&header, 8);
		}
		heads[ring] -= round % 100 ? (uint64_t)rand_r(&seed) % 600 * 8
					   : (uint64_t)rand_r(&seed) << 33 |
						     (uint64_t)rand_r(&seed);
		n = drain();
		ck_assert_uint_le(n, 3 * RING / HEAD_LEN);
		while (n--) {
			ck_assert_uint_le(out[n].n_callers,
					  OOM_GROWTH_CALLERS_MAX);
			ck_assert_uint_le(out[n].n_words, STACK);
		}
	}
}
END_TEST

/* ---- system calls that are refused ---- */

static struct {
	int open_errno, map_errno, control_errno;
	int refuse_from; /* the call from which on, of each kind */
	int n_open, n_map, n_control, n_output;
	unsigned int offline_cpu;
	pid_t dead;
	int no_stack;
	bool mild; /* refuses only what can be asked for in a smaller way */
	struct perf_event_attr attr;
	unsigned long flags;
} fake;

static int fake_open(struct perf_event_attr *attr, pid_t pid, int cpu,
		     unsigned long flags)
{
	const bool late = ++fake.n_open > fake.refuse_from;

	fake.attr = *attr;
	fake.flags = flags;
	errno = 0;
	if (fake.offline_cpu && cpu == (int)fake.offline_cpu)
		errno = ENODEV;
	else if (fake.dead && pid == fake.dead)
		errno = ESRCH;
	else if (fake.mild && attr->sample_max_stack)
		errno = EOVERFLOW;
	else if (fake.mild && !attr->exclude_kernel)
		errno = EACCES;
	else if (fake.no_stack && attr->sample_stack_user)
		errno = fake.no_stack;
	else if (late && fake.open_errno)
		errno = fake.open_errno;
	return errno ? -1 : eventfd(0, EFD_CLOEXEC);
}

static void *fake_map(int fd, size_t len)
{
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
	if (++fake.n_map > fake.refuse_from && fake.map_errno) {
		errno = fake.map_errno;
		return MAP_FAILED;
	}
	return mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int fake_control(int fd, unsigned long request, void *arg)
{
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
	fake.n_control++;
	if (request == PERF_EVENT_IOC_SET_OUTPUT) {
		fake.n_output++;
		ck_assert_int_ge(fcntl((int)(intptr_t)arg, F_GETFD), 0);
	}
	if (fake.control_errno && fake.n_control > fake.refuse_from) {
		errno = fake.control_errno;
		return -1;
	}
	return 0;
}

static const struct oom_growth_ops fake_ops = { fake_open, fake_map,
						fake_control };
static const struct oom_growth_options on_fake = { .period = 256,
						   .ops = &fake_ops };
static unsigned int open_before;

static void begin_fake(void)
{
	memset(&fake, 0, sizeof(fake));
	/* Garbage, as a caller's memory may be. */
	memset(&growth, 0x5a, sizeof(growth));
	open_before = count_descriptors();
}

static struct oom_growth_cpus first_cpus(unsigned int n)
{
	struct oom_growth_cpus cpus = { { 0 } };

	for (unsigned int cpu = 0; cpu < n; cpu++)
		cpus.bits[cpu / (8 * sizeof(long))] |=
			1UL << cpu % (8 * sizeof(long));
	return cpus;
}

static int open_fake(unsigned int n_cpus)
{
	const struct oom_growth_cpus cpus = first_cpus(n_cpus);

	return oom_growth_open_cgroup(&growth, 3, &cpus, &on_fake);
}

static void ck_closed(void)
{
	ck_assert_uint_eq(growth.n_rings, 0);
	ck_assert_uint_eq(growth.n_events, 0);
	ck_assert_int_eq(oom_growth_wake_fd(&growth), -1);
	ck_assert_uint_eq(count_descriptors(), open_before);
	ck_assert_uint_eq(drain(), 0);
}

START_TEST(opens_one_for_each_cpu)
{
	begin_fake();
	ck_assert_int_eq(open_fake(100), 0);
	ck_assert_uint_eq(growth.n_rings, 100);
	ck_assert_int_eq(fake.n_open, 100);
	ck_assert_int_eq(fake.n_map, 100);
	ck_assert_int_eq(fake.n_control, 0);
	ck_assert_uint_eq(fake.flags,
			  PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC);
	ck_assert(!fake.attr.inherit);
	/* What read(2) touches counts, and whose kernel it was is not told. */
	ck_assert(!fake.attr.exclude_kernel);
	ck_assert(fake.attr.exclude_callchain_kernel);
	ck_assert(fake.attr.sample_type & PERF_SAMPLE_STACK_USER);
	ck_assert_uint_eq(fake.attr.sample_stack_user % 8, 0);
	/* That would make each fault a sample. */
	ck_assert(!(fake.attr.sample_type & PERF_SAMPLE_PERIOD));
	ck_assert_int_eq(oom_growth_set_period(&growth, 0), -EINVAL);
	ck_assert_int_eq(oom_growth_set_period(&growth, 64), 0);
	ck_assert_int_eq(fake.n_control, 3 * 100);
	fake.control_errno = ENOTTY;
	ck_assert_int_eq(oom_growth_set_period(&growth, 32), -ENOTTY);
	oom_growth_close(&growth);
	ck_closed();
	oom_growth_close(&growth);
	ck_closed();
}
END_TEST

static const int refusals[][2] = {
	{ ENOSYS, -ENOSYS },	{ EACCES, -EACCES }, { EPERM, -EPERM },
	{ EMFILE, -EMFILE },	{ ENFILE, -ENFILE }, { ENOMEM, -ENOMEM },
	{ EINVAL, -EINVAL },	{ EBADF, -EBADF },   { ENOENT, -ENOENT },
	{ E2BIG, -EOPNOTSUPP },
};

/* At once, and in the middle. */
START_TEST(open_refused)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		for (int from = 0; from < 3; from++) {
			begin_fake();
			fake.open_errno = refusals[i][0];
			fake.refuse_from = from;
			ck_assert_int_eq(open_fake(4), refusals[i][1]);
			ck_closed();
			ck_assert_str_ne(oom_growth_why(refusals[i][1]),
					 oom_growth_why(0));
		}
}
END_TEST

START_TEST(map_refused)
{
	begin_fake();
	fake.map_errno = EPERM;
	fake.refuse_from = 2;
	ck_assert_int_eq(open_fake(4), -ENOMEM);
	ck_closed();
	begin_fake();
	fake.map_errno = ENOMEM;
	ck_assert_int_eq(open_fake(4), -ENOMEM);
	ck_closed();
	begin_fake();
	fake.map_errno = EINVAL;
	ck_assert_int_eq(open_fake(4), -EINVAL);
	ck_closed();
}
END_TEST

/* The wake-up descriptor goes too. */
START_TEST(refused_with_wakeup)
{
	struct oom_growth_options options = on_fake;
	const struct oom_growth_cpus cpus = first_cpus(4);

	begin_fake();
	options.wakeup_samples = 8;
	fake.open_errno = EMFILE;
	ck_assert_int_eq(oom_growth_open_cgroup(&growth, 3, &cpus, &options),
			 -EMFILE);
	ck_closed();
	begin_fake();
	ck_assert_int_eq(oom_growth_open_cgroup(&growth, 3, &cpus, &options),
			 0);
	ck_assert_int_ge(oom_growth_wake_fd(&growth), 0);
	ck_assert_uint_eq(fake.attr.wakeup_events, 8);
	oom_growth_close(&growth);
	ck_closed();
}
END_TEST

START_TEST(asks_for_less)
{
	begin_fake();
	fake.mild = true;
	ck_assert_int_eq(open_fake(2), 0);
	ck_assert(growth.user_only);
	ck_assert_uint_eq(fake.attr.sample_max_stack, 0);
	/* Once, and not for each CPU again. */
	ck_assert_int_eq(fake.n_open, 4);
	oom_growth_close(&growth);
	ck_closed();
}
END_TEST

/* An architecture that cannot copy stacks. */
START_TEST(does_without_stacks)
{
	static const int reasons[] = { ENOSYS, EINVAL, EACCES };

	for (int i = 0; i < 3; i++) {
		begin_fake();
		fake.mild = true;
		fake.no_stack = reasons[i];
		ck_assert_int_eq(open_fake(2), 0);
		ck_assert_uint_eq(fake.attr.sample_stack_user, 0);
		ck_assert(!(fake.attr.sample_type & PERF_SAMPLE_STACK_USER));
		ck_assert(fake.attr.sample_type & PERF_SAMPLE_CALLCHAIN);
		ck_assert_int_eq(fake.n_open, 5);
		oom_growth_close(&growth);
		ck_closed();
	}
}
END_TEST

START_TEST(a_cpu_gone_offline)
{
	begin_fake();
	fake.offline_cpu = 2;
	ck_assert_int_eq(open_fake(4), 0);
	ck_assert_uint_eq(growth.n_rings, 3);
	ck_assert_uint_eq(growth.n_cpus_missed, 1);
	oom_growth_close(&growth);
	ck_closed();
	begin_fake();
	fake.open_errno = ENODEV;
	ck_assert_int_eq(open_fake(4), -ENODEV);
	ck_closed();
}
END_TEST

START_TEST(caps)
{
	struct oom_growth_options options = on_fake;
	struct oom_growth_cpus cpus = first_cpus(64);
	pid_t tids[17];

	begin_fake();
	ck_assert_int_eq(open_fake(0), -EINVAL);
	ck_assert_int_eq(open_fake(257), -E2BIG);
	options.rings_max = 63;
	ck_assert_int_eq(oom_growth_open_cgroup(&growth, 3, &cpus, &options),
			 -E2BIG);
	options.rings_max = 64;
	ck_assert_int_eq(oom_growth_open_cgroup(&growth, 3, &cpus, &options),
			 0);
	oom_growth_close(&growth);
	options.rings_max = 100000;
	cpus = first_cpus(257);
	ck_assert_int_eq(oom_growth_open_cgroup(&growth, 3, &cpus, &options),
			 -E2BIG);
	options.period = 0;
	cpus = first_cpus(1);
	ck_assert_int_eq(oom_growth_open_cgroup(&growth, 3, &cpus, &options),
			 -EINVAL);
	for (int i = 0; i < 17; i++)
		tids[i] = 100 + i;
	cpus = first_cpus(64);
	ck_assert_int_eq(oom_growth_open_tasks(&growth, tids, 17, &cpus,
					       &on_fake),
			 -E2BIG);
	ck_assert_int_eq(oom_growth_open_tasks(&growth, tids, 0, &cpus,
					       &on_fake),
			 -EINVAL);
	ck_closed();
}
END_TEST

/* One ring for each CPU, whoever lives long enough to open it. */
START_TEST(tasks_share_rings)
{
	const struct oom_growth_cpus cpus = first_cpus(3);
	const pid_t tids[4] = { 10, 11, 12, 13 };

	begin_fake();
	fake.dead = 10;
	ck_assert_int_eq(
		oom_growth_open_tasks(&growth, tids, 4, &cpus, &on_fake), 0);
	ck_assert_uint_eq(growth.n_rings, 3);
	ck_assert_uint_eq(growth.n_events, 9);
	ck_assert_int_eq(fake.n_output, 6);
	ck_assert(fake.attr.inherit);
	ck_assert_uint_eq(fake.flags, PERF_FLAG_FD_CLOEXEC);
	oom_growth_close(&growth);
	ck_closed();
	begin_fake();
	ck_assert_int_eq(oom_growth_open_tasks(&growth, &(pid_t){ 10 }, 1,
					       &cpus, &on_fake),
			 0);
	oom_growth_close(&growth);
	begin_fake();
	fake.dead = 10;
	ck_assert_int_eq(oom_growth_open_tasks(&growth, &(pid_t){ 10 }, 1,
					       &cpus, &on_fake),
			 -ESRCH);
	ck_closed();
	begin_fake();
	fake.control_errno = EINVAL;
	ck_assert_int_eq(oom_growth_open_tasks(&growth, tids, 2, &cpus,
					       &on_fake),
			 -EINVAL);
	ck_closed();
}
END_TEST

START_TEST(cpus_of_this_process)
{
	struct oom_growth_cpus cpus = { { 0 } };
	cpu_set_t set;
	int n = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(set), &set), 0);
	ck_assert_int_eq(oom_growth_add_cpus(0, &cpus), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		int has = cpus.bits[cpu / 64] >> cpu % 64 & 1;

		ck_assert_int_eq(has, !!CPU_ISSET(cpu, &set));
		n += has;
	}
	ck_assert_int_ge(n, 1);
	/* Added to what is there; and untouched when there is nobody. */
	cpus.bits[100] = 5;
	ck_assert_int_eq(oom_growth_add_cpus(0, &cpus), 0);
	ck_assert_uint_eq(cpus.bits[100], 5);
	ck_assert_int_eq(oom_growth_add_cpus(INT32_MAX, &cpus), -ESRCH);
	ck_assert_uint_eq(cpus.bits[100], 5);
}
END_TEST

/* ---- this machine's own kernel ---- */

#define PAGE	4096
#define PERIOD	256
#define BUF_LEN (100 * MIB)

/*
 * So many samples of one CPU fit into its ring at their longest (about 560
 * bytes), and one of them may be a fault of the process's exit.
 */
#define LATEST 6

static struct test_cgroup cgroup;

/* What a child and the test both know. */
static struct {
	volatile bool go;
	bool spins; /* until then: awake */
	pid_t pids[4];
	uint64_t from_us, until_us;
	size_t faults;
} * shared;
static char *buffer;

/* Each in a section of its own, so that its bounds are known. */
#define PLACED(name) __attribute__((noinline, noclone, section(#name)))
#define WITHIN(name, ip) \
	((ip) >= (uintptr_t)__start_##name && (ip) < (uintptr_t)__stop_##name)
extern const char __start_growing[], __stop_growing[];
extern const char __start_caller[], __stop_caller[];

PLACED(growing) static void grow(size_t from, size_t len)
{
	/* A leaf has no frame of its own by itself, and hides its caller. */
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
	for (size_t i = from; i < from + len; i += PAGE)
		((volatile char *)buffer)[i] = 1;
}

PLACED(caller) static void call_grow(size_t from, size_t len)
{
	grow(from, len);
	*(volatile char *)&buffer[from] = 2; /* no tail call */
}

PLACED(caller) static void read_grow(size_t len)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	while (len && read(fd, buffer, len) != (ssize_t)len)
		;
	(void)close(fd);
}

static void skip(const char *reason)
{
	(void)printf("skipped: %s\n", reason);
	(void)fflush(stdout);
}

/* Of one size of page, so that faults can be counted. */
static void begin_kernel(int advice)
{
	open_before = count_descriptors();
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	buffer = mmap(NULL, BUF_LEN, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	ck_assert_ptr_ne(buffer, MAP_FAILED);
	(void)madvise(buffer, BUF_LEN, advice);
}

static void end_kernel(void)
{
	oom_growth_close(&growth);
	ck_assert_uint_eq(count_descriptors(), open_before);
	(void)munmap(buffer, BUF_LEN);
	(void)munmap(shared, PAGE);
}

/* True when this machine refuses what its rights and kernel do not give. */
static bool refused(int rc)
{
	if (rc == -ENOSYS || rc == -EACCES || rc == -EPERM ||
	    rc == -EOPNOTSUPP) {
		skip(oom_growth_why(rc));
		return true;
	}
	ck_assert_msg(!rc, "%s: %s", oom_growth_why(rc), strerror(-rc));
	return false;
}

/* A child that waits until it is let go. */
static pid_t start(void (*work)(void), bool in_cgroup)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid)
		return pid;
	if (in_cgroup && join_cgroup(&cgroup))
		_exit(1);
	while (!shared->go)
		if (!shared->spins)
			(void)usleep(1000);
	shared->from_us = oom_now_us();
	work();
	shared->until_us = oom_now_us();
	_exit(0);
}

static void finish(pid_t pid)
{
	int status;

	shared->go = true;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static int attach_cgroup(const struct oom_growth_options *options)
{
	struct oom_growth_cpus cpus = { { 0 } };
	int fd, rc;

	rc = oom_growth_add_cpus(0, &cpus);
	ck_assert_int_eq(rc, 0);
	fd = open_cgroup(&cgroup);
	ck_assert_int_ge(fd, 0);
	rc = oom_growth_open_cgroup(&growth, fd, &cpus, options);
	(void)close(fd);
	return rc;
}

static int attach_task(pid_t pid, const struct oom_growth_options *options)
{
	struct oom_growth_cpus cpus = { { 0 } };

	ck_assert_int_eq(oom_growth_add_cpus(pid, &cpus), 0);
	return oom_growth_open_tasks(&growth, &pid, 1, &cpus, options);
}

static bool no_cgroup(void)
{
	int rc = make_cgroup(&cgroup);

	if (!rc)
		return false;
	(void)printf("skipped: no folder in a cgroup v2 hierarchy: %s\n",
		     strerror(-rc));
	(void)fflush(stdout);
	return true;
}

static bool in_buffer(uint64_t addr)
{
	return addr >= (uintptr_t)buffer && addr < (uintptr_t)buffer + BUF_LEN;
}

static uint64_t last_addr;

/* Samples of the buffer, each in time, in order, and by whom. */
static size_t check_samples(size_t n, bool in_syscall, pid_t pid)
{
	size_t ours = 0;

	last_addr = 0;

	for (size_t i = 0; i < n; i++) {
		const struct oom_growth_sample *s = &out[i];
		bool called = false;

		if (i)
			ck_assert_uint_ge(s->time_us, out[i - 1].time_us);
		if (!in_buffer(s->addr))
			continue;
		ours++;
		last_addr = s->addr;
		if (pid) {
			ck_assert_uint_eq(s->pid, (uint32_t)pid);
			ck_assert_uint_eq(s->tid, (uint32_t)pid);
		}
		ck_assert_uint_ge(s->time_us, shared->from_us);
		ck_assert_uint_le(s->time_us, shared->until_us);
		ck_assert_int_eq(s->in_syscall, in_syscall);
		ck_assert_uint_lt(s->ip, UINT64_C(1) << 63);
		if (!in_syscall)
			ck_assert_msg(WITHIN(growing, s->ip),
				      "%#lx is not in grow()",
				      (unsigned long)s->ip);
		for (uint32_t j = 0; j < s->n_callers; j++)
			called |= WITHIN(caller, s->callers[j]);
		ck_assert_msg(called, "no caller of grow() among %u",
			      s->n_callers);
		if (REGS > 0 && s->n_words)
			ck_assert_uint_gt(s->stack, s->addr);
		called = !s->n_words;
		for (uint32_t j = 0; j < s->n_words; j++)
			called |= WITHIN(caller, s->words[j]);
		ck_assert_msg(called, "nor among %u words", s->n_words);
	}
	return ours;
}

static void grow_all(void)
{
	call_grow(0, BUF_LEN);
}

/* All of them, by drains in between; what came too late goes to *late. */
static size_t drain_while(pid_t pid, uint64_t *late)
{
	size_t n = 0;
	int status;
	pid_t ended;

	*late = 0;
	shared->go = true;
	do {
		ended = waitpid(pid, &status, WNOHANG);
		ck_assert_uint_lt(n, OUT);
		n += oom_growth_drain(&growth, out + n, OUT - n, &gaps);
		ck_assert_uint_eq(gaps.bad, 0);
		ck_assert_uint_eq(gaps.left_out, 0);
		*late += gaps.overwritten_bytes;
		(void)usleep(1000);
	} while (!ended);
	ck_assert_int_eq(ended, pid);
	ck_assert_int_eq(status, 0);
	return n;
}

/*
 * 100 MiB in pages of 4 KiB: 25600 faults.  Each CPU counts for itself, and
 * other faults than the buffer's may be the ones that are sampled.
 */
static void check_density(pid_t pid, unsigned int period)
{
	const size_t want = BUF_LEN / PAGE / period;
	uint64_t late;
	size_t n = drain_while(pid, &late), ours = check_samples(n, false, pid);

	ck_assert_uint_le(ours, want + 2);
	ck_assert_uint_ge(ours, late ? LATEST : want - growth.n_rings - 4);
}

/* After its death, and nobody has looked before: the latest are there. */
static void check_dead(pid_t pid)
{
	size_t n, ours;

	finish(pid);
	n = drain();
	ours = check_samples(n, false, pid);
	ck_assert_uint_ge(ours, LATEST);
	/* The last of all may be a fault of its exit. */
	ck_assert_uint_ge(last_addr,
			  (uintptr_t)buffer + BUF_LEN -
				  (growth.n_rings + 1) * PERIOD * PAGE);
	ck_assert_uint_eq(gaps.bad, 0);
	ck_assert_uint_eq(drain(), 0);
}

static const struct oom_growth_options with_period = { .period = PERIOD };

START_TEST(kernel_cgroup)
{
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	if (no_cgroup())
		return;
	pid = start(grow_all, true);
	if (!refused(attach_cgroup(&with_period)))
		check_density(pid, PERIOD);
	else
		finish(pid);
	ck_assert_int_eq(remove_cgroup(&cgroup), 0);
	end_kernel();
}
END_TEST

/* The cgroup's folder is gone, too, before the rings are read. */
START_TEST(kernel_cgroup_after_death)
{
	pid_t pid;
	int rc;

	begin_kernel(MADV_NOHUGEPAGE);
	if (no_cgroup())
		return;
	pid = start(grow_all, true);
	rc = attach_cgroup(&with_period);
	finish(pid);
	ck_assert_int_eq(remove_cgroup(&cgroup), 0);
	if (!refused(rc)) {
		size_t n = drain();

		ck_assert_uint_ge(check_samples(n, false, pid), LATEST);
		ck_assert_uint_eq(gaps.bad, 0);
	}
	end_kernel();
}
END_TEST

/* Another hierarchy's folder, or none at all. */
START_TEST(kernel_no_cgroup)
{
	const struct oom_growth_cpus cpus = first_cpus(1);
	int fd, rc;

	open_before = count_descriptors();
	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = oom_growth_open_cgroup(&growth, fd, &cpus, &with_period);
	if (rc != -EBADF)
		(void)refused(rc ? rc : -EINVAL);
	(void)close(fd);
	ck_closed();
}
END_TEST

/* Watched by its pid, for cgroup v1. */
static bool attach_or_skip(pid_t pid, const struct oom_growth_options *options)
{
	if (!refused(attach_task(pid, options)))
		return true;
	finish(pid);
	return false;
}

START_TEST(kernel_task)
{
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &with_period))
		check_density(pid, PERIOD);
	end_kernel();
}
END_TEST

START_TEST(kernel_task_after_death)
{
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &with_period))
		check_dead(pid);
	end_kernel();
}
END_TEST

/* Three processes that it starts, a fourth of the buffer each. */
static void fork_and_grow(void)
{
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();

		if (!pid) {
			call_grow((size_t)i * BUF_LEN / 4, BUF_LEN / 4);
			_exit(0);
		}
		shared->pids[i] = pid;
		(void)waitpid(pid, NULL, 0);
	}
}

START_TEST(kernel_task_inherited)
{
	size_t n, found[3] = { 0 };
	uint64_t late;
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(fork_and_grow, false);
	if (attach_or_skip(pid, &with_period)) {
		n = drain_while(pid, &late);
		(void)check_samples(n, false, 0);
		for (size_t i = 0; i < n; i++)
			for (int j = 0; j < 3; j++)
				found[j] += out[i].pid ==
						    (uint32_t)shared->pids[j] &&
					    in_buffer(out[i].addr);
		for (int j = 0; j < 3; j++)
			ck_assert_uint_ge(found[j], late ? 5 : 20);
	}
	end_kernel();
}
END_TEST

/* read(2) into fresh memory: the kernel touches it, for the caller. */
static void read_all(void)
{
	read_grow(BUF_LEN);
}

START_TEST(kernel_system_call)
{
	size_t n, ours;
	uint64_t late;
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(read_all, false);
	if (attach_or_skip(pid, &with_period)) {
		if (growth.user_only) {
			skip("faults inside the kernel are not shown here");
			finish(pid);
		} else {
			n = drain_while(pid, &late);
			ours = 0;
			/* Frame pointers end in libc's read(). */
			for (size_t i = 0; i < n; i++) {
				if (!in_buffer(out[i].addr))
					continue;
				ours++;
				ck_assert(out[i].in_syscall);
				ck_assert_uint_gt(out[i].ip, 0);
				ck_assert_uint_lt(out[i].ip, UINT64_C(1) << 63);
			}
			ck_assert_uint_ge(ours, late ? LATEST : 90);
		}
	}
	end_kernel();
}
END_TEST

static void count_faults(void)
{
	struct rusage before, after;

	(void)getrusage(RUSAGE_SELF, &before);
	call_grow(0, BUF_LEN);
	(void)getrusage(RUSAGE_SELF, &after);
	shared->faults = (size_t)(after.ru_minflt - before.ru_minflt);
}

/* One fault for 2 MiB. */
START_TEST(kernel_huge_pages)
{
	const struct oom_growth_options each = { .period = 1 };
	size_t n, ours;
	uint64_t late;
	pid_t pid;

	begin_kernel(MADV_HUGEPAGE);
	pid = start(count_faults, false);
	if (attach_or_skip(pid, &each)) {
		n = drain_while(pid, &late);
		ours = check_samples(n, false, pid);
		if (shared->faults > 4000)
			skip("no huge pages to be had");
		else
			ck_assert_uint_le(ours, shared->faults);
		ck_assert_uint_ge(ours,
				  late ? LATEST : BUF_LEN / (2 * MIB) - 1);
	}
	end_kernel();
}
END_TEST

START_TEST(kernel_period)
{
	const struct oom_growth_options asleep = { .period = 1000000000 };
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &asleep)) {
		ck_assert_int_eq(oom_growth_set_period(&growth, 1024), 0);
		ck_assert_uint_eq(growth.period, 1024);
		check_density(pid, 1024);
	}
	end_kernel();
}
END_TEST

/*
 * Changed while the task is on a CPU, the new one holds at once.  (Where it
 * does not, one try in twenty or so shows it.)
 */
START_TEST(kernel_period_running)
{
	const struct oom_growth_options asleep = { .period = 1000000000 };

	for (int i = 0; i < 25; i++) {
		pid_t pid;

		begin_kernel(MADV_NOHUGEPAGE);
		shared->spins = true;
		pid = start(grow_all, false);
		if (attach_or_skip(pid, &asleep)) {
			(void)usleep(5000);
			ck_assert_int_eq(oom_growth_set_period(&growth, 1024),
					 0);
			check_density(pid, 1024);
		}
		end_kernel();
	}
}
END_TEST

START_TEST(kernel_period_asleep)
{
	const struct oom_growth_options asleep = { .period = 1000000000 };
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &asleep)) {
		finish(pid);
		ck_assert_uint_eq(drain(), 0);
	}
	end_kernel();
}
END_TEST

static int poll_wake(int timeout_ms)
{
	struct pollfd p = { .fd = oom_growth_wake_fd(&growth),
			    .events = POLLIN };

	return poll(&p, 1, timeout_ms);
}

/*
 * Asleep until growth begins; quiet again after a drain, although the events'
 * task is dead and they hang up for ever.
 */
static void check_wakeup(pid_t pid)
{
	int status;

	ck_assert_int_eq(poll_wake(20), 0);
	shared->go = true;
	ck_assert_int_eq(poll_wake(20000), 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_ge(drain(), 4);
	ck_assert_int_eq(poll_wake(20), 0);
}

static const struct oom_growth_options with_wakeup = { .period = 1024,
						       .wakeup_samples = 4 };

START_TEST(kernel_wakeup)
{
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &with_wakeup))
		check_wakeup(pid);
	end_kernel();
}
END_TEST

START_TEST(kernel_cgroup_wakeup)
{
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	if (no_cgroup())
		return;
	pid = start(grow_all, true);
	if (!refused(attach_cgroup(&with_wakeup)))
		check_wakeup(pid);
	else
		finish(pid);
	ck_assert_int_eq(remove_cgroup(&cgroup), 0);
	end_kernel();
}
END_TEST

/* The kernel writes as fast as it can while the rings are read. */
START_TEST(kernel_reads_while_it_writes)
{
	const struct oom_growth_options each = { .period = 1 };
	uint64_t late = 0;
	size_t ours = 0;
	int status;
	pid_t pid;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &each)) {
		shared->until_us = UINT64_MAX;
		shared->go = true;
		while (!waitpid(pid, &status, WNOHANG)) {
			ours += check_samples(drain(), false, pid);
			ck_assert_uint_eq(gaps.bad, 0);
			late += gaps.overwritten_bytes;
			(void)sched_yield();
		}
		ck_assert_int_eq(status, 0);
		ck_assert_uint_ge(ours, LATEST);
		ck_assert_uint_le(ours, BUF_LEN / PAGE);
	}
	end_kernel();
}
END_TEST

/* What a child of the opener gets: descriptors until exec, and no rings. */
START_TEST(kernel_fork)
{
	unsigned char there;
	int status;
	pid_t pid, child;

	begin_kernel(MADV_NOHUGEPAGE);
	pid = start(grow_all, false);
	if (attach_or_skip(pid, &with_wakeup)) {
		void *map = growth.rings[0].map;

		ck_assert_int_eq(fcntl(growth.fds[0], F_GETFD), FD_CLOEXEC);
		ck_assert_int_eq(fcntl(oom_growth_wake_fd(&growth), F_GETFD),
				 FD_CLOEXEC);
		ck_assert_int_eq(mincore(map, PAGE, &there), 0);
		child = fork();
		if (!child)
			_exit(mincore(map, PAGE, &there) && errno == ENOMEM);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_int_eq(WEXITSTATUS(status), 1);
		finish(pid);
	}
	end_kernel();
}
END_TEST

TESTS("growth", nothing, one_sample, chain_lengths, touched_by_the_kernel,
      merged_in_time_order, the_latest_when_there_is_no_room, wraps_around,
      overwritten, lost_and_throttled, lying_sizes, size_beyond_the_ring,
      lying_samples, stacks, no_registers, lying_stacks, longest_stacks,
      sample_that_is_too_long, any_bytes, opens_one_for_each_cpu, open_refused,
      map_refused, refused_with_wakeup, asks_for_less, does_without_stacks,
      a_cpu_gone_offline, caps, tasks_share_rings, cpus_of_this_process,
      kernel_cgroup, kernel_cgroup_after_death, kernel_no_cgroup, kernel_task,
      kernel_task_after_death, kernel_task_inherited, kernel_system_call,
      kernel_huge_pages, kernel_period, kernel_period_running,
      kernel_period_asleep, kernel_wakeup, kernel_cgroup_wakeup,
      kernel_reads_while_it_writes, kernel_fork)
