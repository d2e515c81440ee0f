// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <string.h>

#include "where.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* The next try after a kill, where nothing tells the true need. */
#define GUESS_FACTOR 2
/* ...but for data made of a file that is in memory already... */
#define MADE_OF_FACTOR 3
/* ...and for a rank that collects: what the others still have is not seen. */
#define COLLECTS_FACTOR 3
/* One large result may not stay alone: another one is often made of it (six of
 * eighteen such programs of tests/score failed with room for one). */
#define SUDDEN_TIMES 2
/* A join of two tables has a row for each pair that matches: it took four to six
 * times the limit in each of three such programs of tests/score. */
#define JOINS_FACTOR 5
/* Always more by at least this much: small jobs need their interpreter. */
#define GUESS_MIN_STEP (100 * MIB)
/*
 * A JVM beside its heap: the collector's tables grow with the heap; threads,
 * code, metaspace and libraries do not.
 */
#define JAVA_BESIDE_PERCENT 20
#define JAVA_BESIDE_MIN	    (96 * MIB)
/* A heap that the JVM chose may be a quarter of the node: not taken for a need
 * when it is more than so many times the limit. */
#define JAVA_OWN_TIMES 4
/* On top of what was measured: page tables, and what comes at the end. */
#define MARGIN_PERCENT 4
#define MARGIN_MIN     (8 * MIB)
/*
 * ...and of what was seen while it went on: workers and ranks that have not
 * asked for everything yet, a plan whose other arrays are still to come (of
 * 36 such programs of tests/score 30 percent was enough for 32, this for 35),
 * growth that slows down.
 */
#define UNDER_WAY_PERCENT 45
#define COPIES_PERCENT	  35
#define SOME_PERCENT	  10
/* Of a file that was read in part: what is made of the rest may be larger. */
#define FILE_PERCENT 125
/* pandas reads in pieces and joins them at the end: both are there then. */
#define JOINED_PERCENT 220
/* So much of a file tells how the rest will go. */
#define FILE_SEEN_PARTS 20
/* A sum of requests, or of shared pages, worth more than a factor. */
#define ASKED_PARTS 10
/* Growth that slows down: what it grew in its last third, so many times. */
#define LEVELS_TIMES 3
/* The kernel and Slurm keep some: nobody gets all of MemTotal. */
#define NODE_USABLE_PERCENT 95

const char *const oom_option_names[] = {
	[OOM_MEM] = "--mem",
	[OOM_MEM_PER_CPU] = "--mem-per-cpu",
	[OOM_MEM_PER_GPU] = "--mem-per-gpu",
};

static uint64_t round_up(uint64_t bytes, uint64_t unit)
{
	uint64_t rest = bytes % unit;

	return rest ? bytes - rest + unit : bytes;
}

uint64_t oom_round_up_request(uint64_t bytes)
{
	if (bytes < 300 * MIB)
		return round_up(bytes, 10 * MIB);
	if (bytes < 1000 * MIB)
		return round_up(bytes, 50 * MIB);
	if (bytes < 2000 * MIB)
		return round_up(bytes, 100 * MIB);
	if (bytes <= 4000 * MIB)
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

static uint64_t with_more(uint64_t bytes, unsigned int percent)
{
	uint64_t margin = bytes / 100 * percent;

	return bytes + (margin > MARGIN_MIN ? margin : MARGIN_MIN);
}

static uint64_t with_margin(uint64_t bytes)
{
	return with_more(bytes, MARGIN_PERCENT);
}

/* What all processes that lived at the kill had asked for and not touched. */
static uint64_t asked_by_all(const struct oom_findings *f,
			     const struct oom_diagnosis *d)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < f->history.n_tracks; i++) {
		const struct oom_track *t = &f->history.record.tracks[i];
		struct oom_shape shape;

		if (oom_member_by_pid(&d->members, t->pid) &&
		    oom_history_shape(f, d->report, t, &shape))
			sum += shape.untouched_kib * 1024;
	}
	return sum;
}

/*
 * One request that is the story: not one array of several, whose sisters are
 * still to come.
 */
static bool is_one_request(const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;

	return d->shape_known && s->request_kib * 5 >= s->end_kib * 2;
}

static unsigned int file_percent(const struct oom_findings *f,
				 const struct oom_diagnosis *d)
{
	struct oom_where where;

	oom_where(f,
		  (struct oom_where_of){ .pid = d->grower ? d->grower->pid
							  : 0 },
		  &where);
	return where.n && oom_span_starts(where.of[0].via, "in pandas ")
		       ? JOINED_PERCENT
		       : FILE_PERCENT;
}

static bool from_file(const struct oom_findings *f,
		      const struct oom_diagnosis *d, uint64_t grown,
		      uint64_t *ret)
{
	const struct oom_record_file *file;
	uint64_t size, seen, usage = d->limit_bytes.value;
	double rest;

	if (d->file < 0 || !f->history.facts[d->file].size_bytes.known)
		return false;
	file = &f->history.record.files[d->file];
	size = f->history.facts[d->file].size_bytes.value;
	/* One read(2) into memory made for it; then a second copy, as text. */
	if (d->twin && !file->moves && file->position < size) {
		*ret = usage + d->shape.untouched_kib * 1024 + size;
		return true;
	}
	/* Seen once: from its start, as far as one can tell. */
	seen = file->moves ? file->position - file->first_position
			   : file->position;
	if (file->position >= size || seen < size / FILE_SEEN_PARTS)
		return false;
	/* One of many: what the others have is not known. */
	if (d->shape_known && seen / 1024 * 2 < d->shape.read_kib)
		return false;
	rest = (double)grown * (double)(size - file->position) / (double)seen;
	rest += ((double)grown + rest) * (file_percent(f, d) - 100) / 100;
	if (rest > (double)(UINT64_MAX / 16))
		return false;
	*ret = usage + (uint64_t)rest;
	return true;
}

/* Files in memory: what is still to come of the file that they are made of. */
static bool from_tmpfs(const struct oom_findings *f,
		       const struct oom_diagnosis *d, uint64_t *ret)
{
	const struct oom_history *h = &f->history;
	uint64_t more = 0;

	for (unsigned int i = 0; i < h->n_files; i++) {
		const struct oom_record_file *file = &h->record.files[i];
		struct oom_reading size = h->facts[i].size_bytes;
		struct oom_reading stored = h->facts[i].stored_bytes;

		/* Made large at once, and filled by and by. */
		if (oom_span_starts(oom_span(file->path), "/dev/shm/") &&
		    size.known && stored.known && size.value > stored.value)
			more += size.value - stored.value;
		else if (!file->writes && file->moves && size.known &&
			 size.value > file->position && d->tmpfs_pid &&
			 file->pid == d->tmpfs_pid)
			more += size.value - file->position;
	}
	if (more < d->limit_bytes.value / ASKED_PARTS / 2)
		return false;
	*ret = d->limit_bytes.value + more;
	return true;
}

/* A full heap and what is beside it; 0: that tells nothing of the need. */
static uint64_t java(const struct oom_diagnosis *d)
{
	uint64_t heap = d->java_heap_bytes.value, bytes;

	/* A heap that fitted all along: it was not the heap. */
	if (d->java_beside_bytes.known || heap >= UINT64_MAX / 8)
		return 0;
	bytes = heap + heap / 100 * JAVA_BESIDE_PERCENT + JAVA_BESIDE_MIN;
	return d->java_source == OOM_JAVA_RESERVED &&
			       bytes / JAVA_OWN_TIMES > d->limit_bytes.value
		       ? 0
		       : bytes;
}

/* The need as the mechanism tells it; 0: it does not. */
static uint64_t by_mechanism(const struct oom_findings *f,
			     const struct oom_diagnosis *d,
			     enum oom_request_reason *reason)
{
	uint64_t limit = d->limit_bytes.value, bytes = 0, asked;
	const struct oom_shape *s = &d->shape;

	if (d->cause == OOM_CAUSE_JVM && !d->java_heap_bytes.known) {
		*reason = OOM_REQUEST_ASKED;
		/* A heap made at its full size (-Xms): more than the next
		 * step of one that grows. */
		return d->shape_known && s->untouched_kib * 1024 > limit
			       ? with_margin(limit + s->untouched_kib * 1024)
			       : 0;
	}
	if (d->cause == OOM_CAUSE_JVM) {
		*reason = OOM_REQUEST_JAVA_HEAP;
		return java(d);
	}
	if (d->cause == OOM_CAUSE_TMPFS) {
		*reason = OOM_REQUEST_FILE;
		return from_tmpfs(f, d, &bytes) ? with_margin(bytes) : 0;
	}
	if (d->cause == OOM_CAUSE_WHOLE_FILE_LOAD) {
		*reason = OOM_REQUEST_FILE;
		asked = is_one_request(d) ? limit + s->untouched_kib * 1024 : 0;
		if (!from_file(f, d, s->grown_kib * 1024, &bytes))
			return 0;
		/* A buffer made for more than the file has, say. */
		return with_margin(bytes > asked ? bytes : asked);
	}
	if (d->group.count && d->group.total_bytes > d->group.own_bytes &&
	    (d->group.total_bytes - d->group.own_bytes) * ASKED_PARTS >=
		    limit) {
		*reason = OOM_REQUEST_COPIES;
		return with_more(limit + d->group.total_bytes -
					 d->group.own_bytes,
				 COPIES_PERCENT);
	}
	asked = asked_by_all(f, d);
	*reason = OOM_REQUEST_ASKED;
	if ((d->group.count || d->rank.n_others) &&
	    asked * ASKED_PARTS >= limit)
		return with_more(limit + asked, UNDER_WAY_PERCENT);
	if ((d->several || d->alike) && asked * ASKED_PARTS >= limit)
		return with_margin(limit + asked);
	if (d->shape_known && !d->joins &&
	    s->untouched_kib * 1024 * ASKED_PARTS >= limit && is_one_request(d))
		return d->cause == OOM_CAUSE_SUDDEN_ALLOCATION
			       ? with_more(limit + s->untouched_kib * 1024 *
							   SUDDEN_TIMES,
					   SOME_PERCENT)
			       : with_more(limit + s->untouched_kib * 1024,
					   UNDER_WAY_PERCENT);
	*reason = OOM_REQUEST_LEVELS;
	if (d->cause == OOM_CAUSE_UNDER_ALLOCATION && d->shape_known &&
	    d->slows && !d->planned_requests && !d->planned_stages)
		return with_more(limit + s->grown_kib * 1024 / 300 *
						 s->late_percent * LEVELS_TIMES,
				 SOME_PERCENT);
	return 0;
}

static uint64_t wanted(const struct oom_findings *f,
		       const struct oom_diagnosis *d, struct oom_request *r)
{
	uint64_t limit = d->limit_bytes.value, more = limit * GUESS_FACTOR;
	uint64_t bytes = by_mechanism(f, d, &r->reason);

	/* Workers under way that have asked for little yet: a guess is more. */
	if (bytes > limit &&
	    !(d->group.count && r->reason == OOM_REQUEST_ASKED && bytes < more))
		return bytes;
	r->reason = OOM_REQUEST_GUESS;
	if (d->rank.n_others)
		more = limit * COLLECTS_FACTOR;
	if (d->joins)
		more = limit * JOINS_FACTOR;
	/* A JVM takes what it may before it tidies up. */
	if (d->cause == OOM_CAUSE_JVM && d->java_source == OOM_JAVA_RESERVED &&
	    !d->java_beside_bytes.known)
		more = limit * JAVA_OWN_TIMES;
	/* Read to its end, and being turned into objects: several times more. */
	if (d->cause == OOM_CAUSE_WHOLE_FILE_LOAD && d->file >= 0 &&
	    !d->opened && f->history.facts[d->file].size_bytes.known &&
	    f->history.record.files[d->file].position >=
		    f->history.facts[d->file].size_bytes.value)
		more = limit * MADE_OF_FACTOR;
	return more < limit + GUESS_MIN_STEP ? limit + GUESS_MIN_STEP : more;
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
	if (d->cause == OOM_CAUSE_LEAK && d->limit_bytes.known) {
		r->reason = OOM_REQUEST_LEAK;
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
	bytes = oom_round_up_request(wanted(f, d, r));
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
		if (!r->step_fits && job.value >= wanted(f, d, r)) {
			bytes = job.value;
			r->step_fits = true;
		}
	}
	r->node_bytes = oom_known(bytes);
	r->option_bytes = in_option(r, bytes);
}
