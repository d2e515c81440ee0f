// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <string.h>

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* The next try after a kill, where nothing tells the true need. */
#define GUESS_FACTOR 2
/* Always more by at least this much: small jobs need their interpreter. */
#define GUESS_MIN_STEP (100 * MIB)
/* A JVM beside its heap: threads, code, metaspace, buffers, the collector. */
#define JAVA_BESIDE_PERCENT 25
#define JAVA_BESIDE_MIN	    (256 * MIB)
/* The kernel and Slurm keep some: nobody gets all of MemTotal. */
#define NODE_USABLE_PERCENT 95

static uint64_t round_up(uint64_t bytes, uint64_t unit)
{
	uint64_t rest = bytes % unit;

	return rest ? bytes - rest + unit : bytes;
}

uint64_t oom_round_up_request(uint64_t bytes)
{
	if (bytes < GIB)
		return round_up(bytes, 50 * MIB);
	if (bytes < 4 * GIB)
		return round_up(bytes, 500 * MIB);
	return round_up(bytes, GIB);
}

/*
 * The option that Slurm put into the job's environment; --mem when it put none
 * (a default of the site).  The job's memory on this node is a whole multiple
 * of a "per" option, which tells how many CPUs or GPUs it is for.
 */
static void set_option(const struct oom_findings *f, struct oom_request *r)
{
	struct oom_reading per = { 0 };

	r->option = OOM_MEM;
	r->option_parts = 1;
	if (oom_exceeds(f->mem_per_gpu_mib, 0)) {
		r->option = OOM_MEM_PER_GPU;
		per = f->mem_per_gpu_mib;
	} else if (oom_exceeds(f->mem_per_cpu_mib, 0)) {
		r->option = OOM_MEM_PER_CPU;
		per = f->mem_per_cpu_mib;
	}
	if (!per.known)
		return;
	if (f->job_alloc_mib.known && f->job_alloc_mib.value >= per.value)
		r->option_parts = f->job_alloc_mib.value / per.value;
	else
		r->option = OOM_MEM;
}

static uint64_t in_option(const struct oom_request *r, uint64_t node_bytes)
{
	uint64_t parts = r->option_parts;

	uint64_t part = (node_bytes + parts - 1) / parts;

	/* A part that is round as it is (8G of 16G) stays so. */
	return part % (64 * MIB) ? round_up(part, 10 * MIB) : part;
}

static uint64_t wanted(const struct oom_diagnosis *d, struct oom_request *r)
{
	uint64_t limit = d->limit_bytes.value, more = limit * GUESS_FACTOR;

	r->reason = OOM_REQUEST_GUESS;
	if (more < limit + GUESS_MIN_STEP)
		more = limit + GUESS_MIN_STEP;
	if (d->cause == OOM_CAUSE_JVM && d->java_heap_bytes.known &&
	    d->java_heap_bytes.value < UINT64_MAX / 8) {
		uint64_t heap = d->java_heap_bytes.value;
		uint64_t beside = heap / 100 * JAVA_BESIDE_PERCENT;

		if (beside < JAVA_BESIDE_MIN)
			beside = JAVA_BESIDE_MIN;
		/* A heap that fitted all along: it was not the heap. */
		if (heap + beside > limit) {
			r->reason = OOM_REQUEST_JAVA_HEAP;
			return heap + beside;
		}
	}
	return more;
}

void oom_request(const struct oom_findings *f, const struct oom_diagnosis *d,
		 struct oom_request *r)
{
	struct oom_reading job = f->levels[OOM_LEVEL_JOB].limit_bytes;
	uint64_t node, bytes;

	memset(r, 0, sizeof(*r));
	set_option(f, r);
	if (!oom_exceeds(d->kills, 0)) {
		r->reason = OOM_REQUEST_NOT_NEEDED;
		return;
	}
	if (d->cause == OOM_CAUSE_NODE_OOM) {
		r->reason = OOM_REQUEST_NODE_OOM;
		return;
	}
	/* A limit near 2^64 would overflow below, and is none. */
	if (!d->limit_bytes.known || d->limit_level == OOM_LEVELS ||
	    d->limit_bytes.value > UINT64_MAX / 8) {
		r->reason = OOM_REQUEST_NO_LIMIT;
		return;
	}
	/* srun --mem below the job's: the step's own option is what to raise. */
	r->step = (d->limit_level == OOM_LEVEL_USER ||
		   d->limit_level == OOM_LEVEL_STEP) &&
		  oom_limited(job) && job.value > d->limit_bytes.value;
	bytes = oom_round_up_request(wanted(d, r));
	if (f->node_total_bytes.known) {
		node = f->node_total_bytes.value / 100 * NODE_USABLE_PERCENT;
		if (bytes > node) {
			bytes = node -
				node % (node < 16 * GIB ? 100 * MIB : GIB);
			r->capped = true;
		}
		if (bytes <= d->limit_bytes.value) {
			r->reason = OOM_REQUEST_NODE_FULL;
			return;
		}
	}
	if (r->step) {
		r->option = OOM_MEM;
		r->option_parts = 1;
		r->step_fits = bytes <= job.value;
		/* Up to the job's own is free to take at once. */
		if (!r->step_fits && job.value >= wanted(d, r)) {
			bytes = job.value;
			r->step_fits = true;
		}
	}
	r->node_bytes = oom_known(bytes);
	r->option_bytes = in_option(r, bytes);
}
