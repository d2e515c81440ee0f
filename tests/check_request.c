// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/request.h"

static struct oom_findings *f;
static struct oom_diagnosis d;
static struct oom_request r;

/* A killed job at its own limit. */
static void killed_at(uint64_t limit_bytes)
{
	free(f);
	f = new_findings();
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(limit_bytes);
	d = (struct oom_diagnosis){
		.kills = oom_known(1),
		.cause = OOM_CAUSE_UNDER_ALLOCATION,
		.limit_level = OOM_LEVEL_JOB,
		.limit_bytes = oom_known(limit_bytes),
	};
}

static void request(void)
{
	memset(&r, 0x55, sizeof(r));
	oom_request(f, &d, &r);
}

START_TEST(rounding)
{
	ck_assert_uint_eq(oom_round_up_request(0), 0);
	ck_assert_uint_eq(oom_round_up_request(1), 10 * MIB);
	ck_assert_uint_eq(oom_round_up_request(50 * MIB), 50 * MIB);
	ck_assert_uint_eq(oom_round_up_request(50 * MIB + 1), 60 * MIB);
	ck_assert_uint_eq(oom_round_up_request(300 * MIB), 300 * MIB);
	ck_assert_uint_eq(oom_round_up_request(300 * MIB + 1), 350 * MIB);
	ck_assert_uint_eq(oom_round_up_request(GIB), 1500 * MIB);
	ck_assert_uint_eq(oom_round_up_request(1500 * MIB), 1500 * MIB);
	ck_assert_uint_eq(oom_round_up_request(4 * GIB - 1), 4500 * MIB);
	ck_assert_uint_eq(oom_round_up_request(4 * GIB), 4 * GIB);
	ck_assert_uint_eq(oom_round_up_request(4 * GIB + 1), 5 * GIB);
	for (uint64_t n = 1; n < UINT64_MAX / 4; n = n * 3 + 1) {
		ck_assert_uint_ge(oom_round_up_request(n), n);
		ck_assert_uint_eq(oom_round_up_request(oom_round_up_request(n)),
				  oom_round_up_request(n));
	}
}
END_TEST

START_TEST(guess)
{
	killed_at(150 * MIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_GUESS);
	ck_known(r.node_bytes, 300 * MIB);
	ck_assert_uint_eq(r.option_bytes, 300 * MIB);
	ck_assert_int_eq(r.option, OOM_MEM);
	ck_assert_uint_eq(r.option_parts, 1);
	ck_assert(!r.step);
	ck_assert(!r.capped);
}
END_TEST

START_TEST(small_jobs_get_100_mib_more)
{
	killed_at(30 * MIB);
	request();
	ck_known(r.node_bytes, 130 * MIB);
	killed_at(1);
	request();
	ck_assert_uint_ge(r.node_bytes.value, 100 * MIB);
}
END_TEST

START_TEST(no_amount)
{
	killed_at(GIB);
	d.kills = oom_known(0);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NOT_NEEDED);
	ck_unknown(r.node_bytes);
	d.kills.known = false;
	d.kills.value = 7;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NOT_NEEDED);
	ck_unknown(r.node_bytes);

	killed_at(GIB);
	d.cause = OOM_CAUSE_NODE_OOM;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NODE_OOM);
	ck_unknown(r.node_bytes);

	killed_at(GIB);
	d.limit_bytes.known = false;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NO_LIMIT);
	ck_unknown(r.node_bytes);

	killed_at(OOM_UNLIMITED);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NO_LIMIT);
	ck_unknown(r.node_bytes);
}
END_TEST

START_TEST(capped_by_the_node)
{
	killed_at(20 * GIB);
	f->node_total_bytes = oom_known(32 * GIB);
	request();
	ck_assert(r.capped);
	ck_known(r.node_bytes, 30 * GIB);
	f->node_total_bytes = oom_known(64 * GIB);
	request();
	ck_assert(!r.capped);
	ck_known(r.node_bytes, 40 * GIB);
}
END_TEST

START_TEST(node_is_full)
{
	killed_at(30 * GIB);
	f->node_total_bytes = oom_known(32 * GIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NODE_FULL);
	ck_unknown(r.node_bytes);
	f->node_total_bytes = oom_known(0);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_NODE_FULL);
}
END_TEST

START_TEST(per_cpu)
{
	killed_at(400 * MIB);
	f->mem_per_cpu_mib = oom_known(100);
	f->job_alloc_mib = oom_known(400);
	request();
	ck_assert_int_eq(r.option, OOM_MEM_PER_CPU);
	ck_assert_uint_eq(r.option_parts, 4);
	ck_known(r.node_bytes, 800 * MIB);
	ck_assert_uint_eq(r.option_bytes, 200 * MIB);
	/* How many CPUs it was for is not known. */
	f->job_alloc_mib.known = false;
	request();
	ck_assert_int_eq(r.option, OOM_MEM);
	ck_assert_uint_eq(r.option_bytes, 800 * MIB);
	f->job_alloc_mib = oom_known(99);
	request();
	ck_assert_int_eq(r.option, OOM_MEM);
	/* Slurm says 0 for "not given". */
	f->mem_per_cpu_mib = oom_known(0);
	f->job_alloc_mib = oom_known(400);
	request();
	ck_assert_int_eq(r.option, OOM_MEM);
}
END_TEST

START_TEST(per_gpu)
{
	killed_at(8 * GIB);
	f->mem_per_gpu_mib = oom_known(4096);
	f->job_alloc_mib = oom_known(8192);
	request();
	ck_assert_int_eq(r.option, OOM_MEM_PER_GPU);
	ck_assert_uint_eq(r.option_parts, 2);
	ck_assert_uint_eq(r.option_bytes, 8 * GIB);
}
END_TEST

/* What the line to paste asks for in all has to fit on the node, too. */
START_TEST(per_cpu_capped)
{
	killed_at(48 * GIB);
	f->mem_per_cpu_mib = oom_known(768);
	f->job_alloc_mib = oom_known(49152);
	f->node_total_bytes = oom_known(64 * GIB);
	request();
	ck_assert(r.capped);
	ck_assert_uint_eq(r.option_parts, 64);
	ck_assert_uint_le(r.option_bytes * r.option_parts,
			  f->node_total_bytes.value / 100 * 95);
	ck_assert_uint_gt(r.option_bytes * r.option_parts, 48 * GIB);
}
END_TEST

START_TEST(steps_own_limit)
{
	killed_at(100 * MIB);
	d.limit_level = OOM_LEVEL_STEP;
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(GIB);
	f->mem_per_cpu_mib = oom_known(512);
	f->job_alloc_mib = oom_known(1024);
	request();
	ck_assert(r.step);
	ck_assert(r.step_fits);
	ck_assert_int_eq(r.option, OOM_MEM);
	ck_known(r.node_bytes, 200 * MIB);
	/* Not below the job's: Slurm gives both the same limit. */
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(100 * MIB);
	request();
	ck_assert(!r.step);
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(OOM_UNLIMITED);
	request();
	ck_assert(!r.step);
	/* Just beyond the job's. */
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(200 * MIB - 1);
	request();
	ck_assert(r.step);
	ck_assert(!r.step_fits);
	/* Rounding alone is no reason to ask for a larger job. */
	killed_at(310 * MIB);
	d.limit_level = OOM_LEVEL_USER;
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(630 * MIB);
	request();
	ck_assert(r.step_fits);
	ck_known(r.node_bytes, 630 * MIB);
}
END_TEST

START_TEST(java_heap)
{
	killed_at(2 * GIB);
	d.cause = OOM_CAUSE_JVM;
	d.java_heap_bytes = oom_known(8 * GIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_JAVA_HEAP);
	ck_known(r.node_bytes, 10 * GIB);
	/* A small one: the JVM needs as much beside it all the same. */
	killed_at(500 * MIB);
	d.cause = OOM_CAUSE_JVM;
	d.java_heap_bytes = oom_known(500 * MIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_JAVA_HEAP);
	ck_known(r.node_bytes, 700 * MIB);
	/* It fitted all along. */
	killed_at(2 * GIB);
	d.cause = OOM_CAUSE_JVM;
	d.java_heap_bytes = oom_known(GIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_GUESS);
	ck_known(r.node_bytes, 4 * GIB);
}
END_TEST

/* -Xmx is the user's: no number in it may overflow. */
START_TEST(never_less_than_the_limit)
{
	static const uint64_t heaps[] = {
		0,
		1,
		UINT64_C(1) << 62,
		UINT64_C(1) << 63,
		UINT64_C(14757395258967641292), /* and a quarter: 2^64 */
		UINT64_C(14757395258967641000),
		UINT64_MAX,
	};
	static const uint64_t limits[] = { 1, MIB, GIB, UINT64_MAX / 8 };

	for (size_t i = 0; i < sizeof(heaps) / sizeof(heaps[0]); i++)
		for (size_t j = 0; j < sizeof(limits) / sizeof(limits[0]);
		     j++) {
			killed_at(limits[j]);
			d.cause = OOM_CAUSE_JVM;
			d.java_heap_bytes = oom_known(heaps[i]);
			request();
			ck_assert_msg(!r.node_bytes.known ||
					      r.node_bytes.value > limits[j],
				      "limit %llu, -Xmx%llu: asks for %llu",
				      (unsigned long long)limits[j],
				      (unsigned long long)heaps[i],
				      (unsigned long long)r.node_bytes.value);
		}
}
END_TEST

TESTS("request", rounding, guess, small_jobs_get_100_mib_more, no_amount,
      capped_by_the_node, node_is_full, per_cpu, per_gpu, per_cpu_capped,
      steps_own_limit, java_heap, never_less_than_the_limit)
