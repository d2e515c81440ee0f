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
	ck_assert_uint_eq(oom_round_up_request(999 * MIB), 1000 * MIB);
	ck_assert_uint_eq(oom_round_up_request(GIB), 1100 * MIB);
	ck_assert_uint_eq(oom_round_up_request(1500 * MIB), 1500 * MIB);
	ck_assert_uint_eq(oom_round_up_request(1999 * MIB), 2000 * MIB);
	ck_assert_uint_eq(oom_round_up_request(2 * GIB), 2500 * MIB);
	ck_assert_uint_eq(oom_round_up_request(3999 * MIB), 4000 * MIB);
	ck_assert_uint_eq(oom_round_up_request(4 * GIB - 1), 4 * GIB);
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

/* A heap that the JVM chose by the node's memory is a need only in reason. */
START_TEST(java_heap_by_itself)
{
	killed_at(100 * MIB);
	d.cause = OOM_CAUSE_JVM;
	d.java_source = OOM_JAVA_RESERVED;
	d.java_heap_bytes = oom_known(250 * MIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_JAVA_HEAP);
	ck_assert_uint_eq(r.option_bytes, 400 * MIB);
	d.java_heap_bytes = oom_known(270 * MIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_GUESS);
	ck_assert_uint_eq(r.option_bytes, 400 * MIB);
	d.java_source = OOM_JAVA_COMMAND;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_JAVA_HEAP);
}
END_TEST

/* -Xms, as large as it is: asked for at once. */
START_TEST(java_heap_made_at_once)
{
	killed_at(200 * MIB);
	d.cause = OOM_CAUSE_JVM;
	d.shape_known = true;
	d.shape.untouched_kib = 213 << 10;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_ASKED);
	ck_known(r.node_bytes, 450 * MIB);
	/* What a heap takes next on its way says less than a guess. */
	d.shape.untouched_kib = 200 << 10;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_GUESS);
	ck_known(r.node_bytes, 400 * MIB);
	d.shape.untouched_kib = 213 << 10;
	d.shape_known = false;
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_GUESS);
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

/* ---- what tells more than a factor ---- */

#define LIMIT_KIB (UINT64_C(400) * 1024)

/* A process that was seen to grow, of which this is known. */
static void grew(enum oom_cause cause)
{
	killed_at(LIMIT_KIB * 1024);
	d.cause = cause;
	d.file = d.tmpfs_file = -1;
	d.shape_known = true;
	d.shape = (struct oom_shape){
		.points = 20,
		.grown_points = 18,
		.base_kib = 10000,
		.end_kib = LIMIT_KIB,
		.grown_kib = LIMIT_KIB - 10000,
		.to_ms = 5000,
		.stages = 1,
		.early_percent = 100,
		.late_percent = 100,
	};
}

/* Never the limit or less, never beyond the node. */
static void ck_bounds(void)
{
	uint64_t usable;

	if (!r.node_bytes.known)
		return;
	ck_assert_uint_gt(r.node_bytes.value, d.limit_bytes.value);
	ck_assert_uint_ge(r.option_bytes * r.option_parts, r.node_bytes.value);
	if (!f->node_total_bytes.known)
		return;
	usable = f->node_total_bytes.value / 100 * 95;
	ck_assert_uint_le(r.node_bytes.value, usable);
}

#define ck_request(why, mib) \
	do { \
		request(); \
		ck_bounds(); \
		ck_assert_int_eq(r.reason, why); \
		ck_known(r.node_bytes, (mib)*MIB); \
	} while (0)

START_TEST(asked)
{
	grew(OOM_CAUSE_UNDER_ALLOCATION);
	d.shape.untouched_kib = 100 * 1024;
	d.shape.request_kib = 300 * 1024;
	/* 500 MiB and 45 percent: other arrays may still be to come. */
	ck_request(OOM_REQUEST_ASKED, 750);
	d.cause = OOM_CAUSE_SUDDEN_ALLOCATION;
	/* Twice, and a tenth: 9240 MiB. */
	d.shape.untouched_kib = 4000 * 1024;
	ck_request(OOM_REQUEST_ASKED, 10 * 1024);
	/* Of anything else: once, and what may be to come. */
	d.cause = OOM_CAUSE_UNDETERMINED;
	d.shape.untouched_kib = 100 * 1024;
	ck_request(OOM_REQUEST_ASKED, 750);
	d.cause = OOM_CAUSE_SUDDEN_ALLOCATION;
	/* A tenth of the limit is worth it. */
	d.shape.untouched_kib = LIMIT_KIB / 10;
	ck_request(OOM_REQUEST_ASKED, 550);
	d.shape.untouched_kib = LIMIT_KIB / 10 - 1;
	ck_request(OOM_REQUEST_GUESS, 800);
	/* One array of several: its sisters are still to come. */
	d.shape.untouched_kib = 100 * 1024;
	d.shape.request_kib = LIMIT_KIB * 2 / 5;
	ck_request(OOM_REQUEST_ASKED, 700);
	d.shape.request_kib--;
	ck_request(OOM_REQUEST_GUESS, 800);
	/* Nobody was seen. */
	d.shape.request_kib = LIMIT_KIB;
	d.shape_known = false;
	ck_request(OOM_REQUEST_GUESS, 800);
}
END_TEST

static struct oom_track *add_track(uint32_t pid, uint32_t untouched_kib)
{
	struct oom_track *t = &f->history.record.tracks[f->history.n_tracks++];

	t->pid = pid;
	t->threads = 1;
	for (uint32_t i = 0; i < 10; i++)
		t->points[t->n++] = (struct oom_track_point){
			.at_ms = i * 100,
			.anon_kib = i * 5000,
			.data_kib = i * 5000 + 300 +
				    (i ? 45000 - i * 5000 + untouched_kib : 0),
		};
	d.members.of[d.members.n++] =
		(struct oom_member){ .pid = pid, .bytes = 45000 * 1024 };
	return t;
}

static void three(enum oom_cause cause, uint32_t untouched_kib)
{
	grew(cause);
	if (cause == OOM_CAUSE_WORKER_COPIES) {
		d.group.count = 3;
		d.group.total_bytes = d.group.own_bytes = 390 * MIB;
	}
	for (uint32_t pid = 800; pid < 803; pid++)
		(void)add_track(pid, untouched_kib);
}

/* What all of them had asked for. */
START_TEST(asked_by_several)
{
	/* 460 MiB, and 45 percent for what they have not asked for yet: less
	 * than the guess. */
	three(OOM_CAUSE_WORKER_COPIES, 20 * 1024);
	ck_request(OOM_REQUEST_GUESS, 800);
	/* 580 MiB, and so. */
	three(OOM_CAUSE_WORKER_COPIES, 60 * 1024);
	ck_request(OOM_REQUEST_ASKED, 850);
	/* And 4 percent. */
	three(OOM_CAUSE_UNDER_ALLOCATION, 20 * 1024);
	d.several = true;
	ck_request(OOM_REQUEST_ASKED, 500);
	d.several = false;
	d.rank.n_others = 3;
	d.cause = OOM_CAUSE_RANK_IMBALANCE;
	ck_request(OOM_REQUEST_ASKED, 700);
	/* One that had died before is not there any more. */
	d.members.of[2].pid = 900;
	ck_request(OOM_REQUEST_ASKED, 650);
	d.members.of[1].pid = 901;
	/* A rank that collects: three times. */
	ck_request(OOM_REQUEST_GUESS, 1200);
}
END_TEST

static void with_file(uint64_t first, uint64_t position, uint64_t size)
{
	grew(OOM_CAUSE_WHOLE_FILE_LOAD);
	d.file = 0;
	f->history.n_files = 1;
	f->history.record.files[0] = (struct oom_record_file){
		.first_position = first,
		.position = position,
		.moves = 7,
	};
	f->history.facts[0].size_bytes = oom_known(size);
	d.shape.grown_kib = 200 * 1024;
	d.shape.read_kib = (position - first) / 1024;
}

START_TEST(rest_of_a_file)
{
	/* Half of it became 200 MiB. */
	with_file(0, 50 * MIB, 100 * MIB);
	/* 400 and 200 and 25 percent of 400, and 4 percent. */
	ck_request(OOM_REQUEST_FILE, 750);
	/* From where it was first seen. */
	with_file(50 * MIB, 75 * MIB, 100 * MIB);
	ck_request(OOM_REQUEST_FILE, 750);
	/* A twentieth of it tells how the rest will go. */
	with_file(0, 5 * MIB, 100 * MIB);
	request();
	ck_bounds();
	ck_assert_int_eq(r.reason, OOM_REQUEST_FILE);
	with_file(0, 5 * MIB - 1, 100 * MIB);
	ck_request(OOM_REQUEST_GUESS, 800);
	/* At its end, it tells that it is being made into something larger. */
	with_file(0, 100 * MIB, 100 * MIB);
	ck_request(OOM_REQUEST_GUESS, 1200);
	/* It shrank. */
	with_file(0, 100 * MIB, 50 * MIB);
	ck_request(OOM_REQUEST_GUESS, 1200);
	with_file(0, 50 * MIB, 100 * MIB);
	f->history.facts[0].size_bytes.known = false;
	ck_request(OOM_REQUEST_GUESS, 800);
	/* One of many: what the others have is not known. */
	with_file(0, 50 * MIB, 100 * MIB);
	d.shape.read_kib = 101 * 1024;
	ck_request(OOM_REQUEST_GUESS, 800);
	d.shape.read_kib = 100 * 1024;
	ck_request(OOM_REQUEST_FILE, 750);
	with_file(0, 50 * MIB, 100 * MIB);
	d.file = -1;
	ck_request(OOM_REQUEST_GUESS, 800);
}
END_TEST

/* What pandas has read in pieces it joins at the end: twice the memory. */
START_TEST(rest_of_a_table)
{
	struct oom_place *place;

	with_file(0, 50 * MIB, 100 * MIB);
	place = &f->history.record.places[0];
	*place = (struct oom_place){
		.pid = 900,
		.kind = OOM_PLACE_PYTHON,
		.kib = 200 * 1024,
		.looks = 20,
		.text = "load\tload.py\t7\tin pandas read_csv",
	};
	f->history.n_places = 1;
	/* 400 and 200 and 120 percent of 400, and 4 percent. */
	ck_request(OOM_REQUEST_FILE, 1200);
	strcpy(place->text, "load\tload.py\t7\tin pandasql read");
	ck_request(OOM_REQUEST_FILE, 750);
	strcpy(place->text, "load\tload.py\t7\tmain < in pandas x");
	ck_request(OOM_REQUEST_FILE, 750);
}
END_TEST

/* One read(2), which had not returned: its memory, and a copy as text. */
START_TEST(file_read_at_once)
{
	with_file(0, 0, 100 * MIB);
	f->history.record.files[0].moves = 0;
	d.twin = true;
	d.shape.untouched_kib = 60 * 1024;
	/* 560 MiB and 4 percent. */
	ck_request(OOM_REQUEST_FILE, 600);
}
END_TEST

/* Files in memory: what is still to come of what they are made of. */
START_TEST(rest_of_a_copy)
{
	grew(OOM_CAUSE_TMPFS);
	d.tmpfs_file = 1;
	d.tmpfs_pid = 812;
	d.shape_known = false;
	f->history.n_files = 2;
	f->history.record.files[0] = (struct oom_record_file){
		.pid = 812, .position = 300 * MIB, .moves = 5, .path = "/d/a"
	};
	f->history.facts[0].size_bytes = oom_known(500 * MIB);
	f->history.record.files[1] =
		(struct oom_record_file){ .pid = 812,
					  .writes = 1,
					  .position = 300 * MIB,
					  .moves = 5,
					  .path = "/dev/shm/a" };
	/* 600 MiB and 4 percent. */
	ck_request(OOM_REQUEST_FILE, 650);
	/* Another reads it. */
	f->history.record.files[0].pid = 813;
	ck_request(OOM_REQUEST_GUESS, 800);
	/* Made large at once, and filled by and by. */
	f->history.facts[1].size_bytes = oom_known(600 * MIB);
	f->history.facts[1].stored_bytes = oom_known(390 * MIB);
	ck_request(OOM_REQUEST_FILE, 650);
	/* It is all there. */
	f->history.facts[1].stored_bytes = oom_known(600 * MIB);
	ck_request(OOM_REQUEST_GUESS, 800);
	/* A twentieth of the limit is worth it. */
	f->history.facts[1].stored_bytes = oom_known(580 * MIB);
	ck_request(OOM_REQUEST_FILE, 450);
	f->history.facts[1].stored_bytes = oom_known(580 * MIB + 1);
	ck_request(OOM_REQUEST_GUESS, 800);
}
END_TEST

START_TEST(copies)
{
	grew(OOM_CAUSE_WORKER_COPIES);
	d.group.count = 4;
	d.group.total_bytes = 600 * MIB;
	d.group.own_bytes = 300 * MIB;
	/* 700 MiB and 35 percent. */
	ck_request(OOM_REQUEST_COPIES, 950);
	/* A tenth of the limit. */
	d.group.own_bytes = 560 * MIB;
	ck_request(OOM_REQUEST_COPIES, 600);
	d.group.own_bytes = 560 * MIB + 1;
	ck_request(OOM_REQUEST_GUESS, 800);
	d.group.own_bytes = d.group.total_bytes;
	ck_request(OOM_REQUEST_GUESS, 800);
	/* More of its own than in all: nothing is shared. */
	d.group.own_bytes = 700 * MIB;
	ck_request(OOM_REQUEST_GUESS, 800);
}
END_TEST

/* Growth that comes to its end: three more of its last thirds. */
START_TEST(levels)
{
	grew(OOM_CAUSE_UNDER_ALLOCATION);
	d.slows = true;
	d.shape.grown_kib = 300 * 1024;
	d.shape.late_percent = 40;
	/* 40 MiB in its last third: 520 MiB and 10 percent. */
	ck_request(OOM_REQUEST_LEVELS, 600);
	d.shape.late_percent = 0;
	ck_request(OOM_REQUEST_LEVELS, 450);
	d.slows = false;
	ck_request(OOM_REQUEST_GUESS, 800);
	/* In stages, of which the last was slow; or one array after the other. */
	d.slows = d.planned_stages = true;
	d.shape.late_percent = 40;
	ck_request(OOM_REQUEST_GUESS, 800);
	d.planned_stages = false;
	d.planned_requests = true;
	ck_request(OOM_REQUEST_GUESS, 800);
	d.planned_requests = false;
	d.shape_known = false;
	ck_request(OOM_REQUEST_GUESS, 800);
}
END_TEST

START_TEST(leak)
{
	grew(OOM_CAUSE_LEAK);
	f->node_total_bytes = oom_known(GIB);
	request();
	ck_assert_int_eq(r.reason, OOM_REQUEST_LEAK);
	ck_unknown(r.node_bytes);
}
END_TEST

/* Whatever is known and however large: above the limit, within the node. */
START_TEST(always_within_bounds)
{
	static const uint64_t kib[] = { 0, 1, 1023, 1 << 20, UINT32_MAX };
	static const uint64_t limits[] = { 1, MIB, 150 * MIB, GIB,
					   UINT64_MAX / 8 };
	static const uint64_t nodes[] = { 0, MIB, 160 * MIB, 2 * GIB,
					  UINT64_MAX };

	for (int cause = 1; cause < OOM_CAUSES; cause++)
		for (int i = 0; i < 5 * 5 * 5 * 5; i++) {
			uint64_t a = kib[i % 5], b = kib[i / 5 % 5];

			with_file(0, a * 1024, b * 1024);
			d.cause = (enum oom_cause)cause;
			d.limit_bytes = oom_known(limits[i / 25 % 5]);
			f->node_total_bytes = oom_known(nodes[i / 125]);
			d.shape.untouched_kib = a;
			d.shape.request_kib = b;
			d.shape.grown_kib = a;
			d.shape.end_kib = b;
			d.shape.late_percent = (unsigned int)(i % 300);
			d.group.count = i % 2 ? 3 : 0;
			d.group.total_bytes = a * 1024;
			d.group.own_bytes = b * 512;
			d.java_heap_bytes = oom_known(b * 1024);
			request();
			ck_bounds();
		}
}
END_TEST

TESTS("request", rounding, guess, small_jobs_get_100_mib_more, no_amount,
      capped_by_the_node, node_is_full, per_cpu, per_gpu, per_cpu_capped,
      steps_own_limit, java_heap, java_heap_by_itself, java_heap_made_at_once,
      never_less_than_the_limit, asked, asked_by_several, rest_of_a_file,
      rest_of_a_table, file_read_at_once, rest_of_a_copy, copies, levels, leak,
      always_within_bounds)
