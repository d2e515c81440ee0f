// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules.h"

#include <string.h>

#include "where.h"

static bool is_single(const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;

	/* Several ranks that are alike are one story, too. */
	return d->shape_known && (d->grower_percent >= GROWER_SHARE ||
				  oom_late_share(f, d) >= GROWER_SHARE ||
				  (m->n > 1 && oom_is_a_rank(m, &m->of[0])));
}

static uint64_t limit_kib(const struct oom_diagnosis *d)
{
	return oom_value_or(d->limit_bytes, 0) / 1024;
}

/* What is in use and what was asked for, of the limit in percent. */
static uint64_t wanted_percent(const struct oom_diagnosis *d)
{
	uint64_t limit = limit_kib(d);

	return limit ? (limit + d->shape.untouched_kib) * 100 / limit : 0;
}

/*
 * It lived longer without growing than it grew: what it does then may be one
 * operation, with a result that is too large, as well as a plan.
 */
static bool is_late(const struct oom_shape *s)
{
	return s->before_ms > s->to_ms - s->from_ms;
}

/* Its computing for each MiB, against what filling that takes here. */
static bool takes_times_filling(const struct oom_findings *f,
				const struct oom_shape *s, unsigned int times)
{
	uint64_t fill_us =
		(uint64_t)f->history.record.page_ns * PAGES_PER_MIB / 1000;

	return s->user_us_per_mib >= fill_us * times;
}

bool oom_is_sudden(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	uint64_t percent = wanted_percent(d);
	uint32_t before = s->request_ms > s->to_ms ? 0 : s->request_ms;
	bool late, large;

	if (!is_single(f, d))
		return false;
	d->joins = s->chunk_kib * PLAN_LIKELY_PARTS >= limit_kib(d) &&
		   oom_where_joins(f, d->grower->pid);
	if (d->joins) {
		d->confidence = OOM_MEDIUM;
		return true;
	}
	if (s->untouched_kib < limit_kib(d) / REQUEST_PARTS || s->doubles)
		return false;
	/* Most of its life was over, and quiet, when it asked. */
	late = s->request_known && before > (s->to_ms - before) * 2;
	large = is_late(s) &&
		s->request_kib * SUDDEN_LATE_PARTS >= limit_kib(d) &&
		!(s->user_us_per_mib >= LOOP_US_PER_MIB &&
		  takes_times_filling(f, s, SUDDEN_YARDS));
	if (percent < (late ? SUDDEN_LATE_PERCENT : SUDDEN_PERCENT) && !large)
		return false;
	d->confidence = percent >= SUDDEN_SURE_PERCENT ||
					(late && percent >= SUDDEN_PERCENT)
				? OOM_HIGH
				: OOM_MEDIUM;
	return true;
}

/*
 * A file read by one read(2) into memory made for it: neither its position nor
 * rchar moves before that call returns, but the request is as large as the
 * file.
 */
static int find_twin(const struct oom_findings *f,
		     const struct oom_diagnosis *d)
{
	for (unsigned int i = 0; i < f->history.n_files; i++) {
		const struct oom_record_file *file =
			&f->history.record.files[i];
		struct oom_reading size = f->history.facts[i].size_bytes;
		uint64_t kib = size.value / 1024,
			 request = d->shape.request_kib;

		if (file->pid == d->grower->pid && !file->writes &&
		    size.known && kib * LOADED_PARTS >= limit_kib(d) &&
		    request * 100 >= kib * TWIN_LEAST &&
		    request * 100 <= kib * TWIN_MOST)
			return (int)i;
	}
	return -1;
}

/* Certain enough of what it did meanwhile. */
static bool was_seen_closely(const struct oom_shape *s)
{
	return s->largest_kib * BLIND_PARTS <= s->grown_kib;
}

/* It read far more than it was ever seen to get to in that file. */
static bool reads_elsewhere(const struct oom_record_file *file,
			    const struct oom_shape *s)
{
	uint64_t far = file->position > file->first_position
			       ? file->position
			       : file->first_position;

	return far / 1024 * AGAIN_TIMES <= s->read_kib;
}

/*
 * It moves in a file all the time, and gets nowhere: what it reads again and
 * again in a loop is not what it keeps more and more of.
 */
static bool reads_again(const struct oom_record_file *file,
			const struct oom_shape *s)
{
	return file->moves >= AGAIN_MOVES && reads_elsewhere(file, s) &&
	       (file->last_ms - file->first_ms) * 2 >= s->to_ms - s->from_ms;
}

/*
 * A file that it has mapped, page after page of it touched while memory grew.
 * Ranks touch pages of their shared segments instead.
 */
static bool goes_through_mapped(const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	const struct oom_members *m = &d->members;

	return s->late_mapped_percent >= LOAD_GROWTH &&
	       s->mapped_kib * LOAD_INFLATES >= s->grown_kib &&
	       s->grown_kib * LOAD_KEEPS >= s->mapped_kib &&
	       !(m->n && oom_is_a_rank(m, &m->of[0]));
}

/*
 * No file of its own was seen.  Many small ones may be open too shortly, and
 * another process may read it and hand it on; but what comes through a pipe from
 * who reads none is a stream.  (srun and mpiexec give their ranks a pipe, too.)
 */
static bool is_of_a_file(const struct oom_findings *f,
			 const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	const struct oom_member *member =
		oom_member_by_pid(&d->members, d->grower->pid);

	/* Compressed, it may be far less than what comes out. */
	if (oom_history_fed(f, d->grower->pid, s->began_ms,
			    s->read_kib * 1024 / LOAD_UNPACKS))
		return true;
	return !(oom_history_piped(f, d->grower->pid) &&
		 !(member && oom_is_a_rank(&d->members, member))) &&
	       s->read_kib * LOAD_UNSEEN_INFLATES >= s->grown_kib;
}

/* Another file each time, to the end. */
static bool goes_through_files(const struct oom_findings *f,
			       struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	uint32_t end = (s->to_ms - s->from_ms) / LOAD_FILES_END_PARTS;
	int last;

	d->opened = oom_history_opened(f, d->grower->pid, s->from_ms, &last);
	if (d->opened < LOAD_FILES || s->grown_kib * LOAD_KEEPS < s->read_kib ||
	    f->history.record.files[last].first_ms + end < s->to_ms)
		d->opened = 0;
	else
		d->file = last;
	return d->opened > 0;
}

/* It has moved in the file, and has not got to the end. */
static bool reads_on(const struct oom_record_file *file,
		     struct oom_reading size)
{
	return file && file->moves >= LOAD_MOVES && size.known &&
	       file->position < size.value;
}

static bool gets_on(const struct oom_findings *f, const struct oom_diagnosis *d,
		    const struct oom_record_file *file)
{
	int last;

	return (file->moves && !reads_elsewhere(file, &d->shape)) ||
	       file->position / 1024 * 2 >= d->shape.read_kib ||
	       oom_history_opened(f, d->grower->pid, d->shape.from_ms, &last) >=
		       LOAD_FILES;
}

bool oom_is_load(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	const struct oom_record_file *file = NULL;
	struct oom_reading size = { 0 };
	bool tracks, ends, lumps = false;

	if (!is_single(f, d))
		return false;
	d->file = find_twin(f, d);
	d->twin = d->file >= 0;
	if (d->twin) {
		d->gets_on = true;
		d->confidence = OOM_HIGH;
		return true;
	}
	d->file = oom_history_file(f, d->grower->pid, s->began_ms);
	if (d->file >= 0) {
		file = &f->history.record.files[d->file];
		size = f->history.facts[d->file].size_bytes;
		d->gets_on = gets_on(f, d, file);
		if (reads_again(file, s))
			return false;
	}
	/* One jump, far beyond all that was read, and not while reading: what
	 * was asked for before it grew may be a buffer for a file. */
	if (wanted_percent(d) >= SUDDEN_SURE_PERCENT &&
	    s->untouched_kib > s->read_kib * LOAD_JUMP &&
	    s->late_read_percent < (s->request_ms <= s->from_ms
					    ? LOAD_GROWTH
					    : LOAD_GROWTH_SURE))
		return false;
	tracks = s->late_read_percent >= LOAD_GROWTH &&
		 s->read_kib * LOAD_INFLATES >= s->grown_kib &&
		 s->grown_kib * LOAD_KEEPS >= s->read_kib &&
		 (file || is_of_a_file(f, d));
	/* Compressed, the file may be small: it moves on all the same. */
	if (!tracks && reads_on(file, size) &&
	    s->late_read_percent >= LOAD_GROWTH &&
	    size.value / 1024 * LOAD_UNPACKS >= s->grown_kib &&
	    s->grown_kib * LOAD_KEEPS >= s->read_kib)
		tracks = true;
	/* Large reads are counted only when they return, and an array that is
	 * made larger when it is full grows between reads: lumps, that fit all
	 * the same when they add up to a third of what grew. */
	if (!tracks && reads_on(file, size) && s->grown_kib > s->unseen_kib &&
	    s->read_kib * LOAD_LUMPS >= s->grown_kib - s->unseen_kib &&
	    s->grown_kib * LOAD_KEEPS >= s->read_kib)
		tracks = lumps = true;
	/*
	 * Read at once, and being turned into something larger: nothing else
	 * happened between the reading and the kill.
	 */
	ends = !tracks && file && size.known && file->position >= size.value &&
	       size.value / 1024 >= limit_kib(d) / MADE_OF_PARTS &&
	       s->grown_kib <= size.value / 1024 * MADE_OF_TIMES &&
	       s->stages <= 2 && oom_value_or(s->idle_percent, 0) < LOOP_IDLE &&
	       s->read_kib * 2 >= size.value / 1024;
	if (!tracks && !ends && goes_through_files(f, d)) {
		d->confidence = OOM_MEDIUM;
		return true;
	}
	d->mapped = !tracks && !ends && goes_through_mapped(d);
	if (d->mapped)
		d->file = -1; /* which one is not known */
	else if (!tracks && !ends)
		return false;
	d->confidence = s->grown_points < LOOKS_LIKELY ? OOM_LOW : OOM_MEDIUM;
	/* Of what it reads without a name nobody knows whether it gets on. */
	if (tracks && file && d->gets_on &&
	    (s->late_read_percent >= LOAD_GROWTH_SURE || lumps) &&
	    s->grown_points >= LOOKS_LIKELY && was_seen_closely(s))
		d->confidence = OOM_HIGH;
	return true;
}

static bool was_seen(const struct oom_shape *s)
{
	return s->unseen_kib * UNSEEN_PARTS <= s->grown_kib;
}

/* Small growth and sleeps by turns, all the way: one thread's. */
static bool sleeps_between(const struct oom_shape *s)
{
	return s->threads <= 1 && s->sleeping_percent >= LOOP_BETWEEN &&
	       s->sleeps >= LOOP_SLEEPS_SURE &&
	       s->largest_kib * LOOP_LOOKS <= s->grown_kib;
}

/* As much growth for a turn, or where those cannot be told, for CPU time. */
static bool same_each_time(const struct oom_shape *s, uint64_t least,
			   uint64_t most)
{
	struct oom_reading work = s->turns_percent.known ? s->turns_percent
							 : s->work_percent;

	return work.known && work.value >= least && work.value <= most;
}

static bool computes_long(const struct oom_findings *f,
			  const struct oom_shape *s)
{
	return s->user_us_per_mib >= LOOP_US_PER_MIB &&
	       takes_times_filling(f, s, LOOP_YARDS);
}

static bool computes(const struct oom_findings *f, const struct oom_shape *s)
{
	return computes_long(f, s) &&
	       same_each_time(s, LOOP_WORK, LOOP_WORK_MOST);
}

/* It sleeps or waits between, again and again. */
static bool idles(const struct oom_shape *s)
{
	/* Of one thread only: others' waiting for work says nothing. */
	bool between = s->threads <= 1 && s->sleeping_percent >= LOOP_BETWEEN &&
		       s->sleeps >= LOOP_BETWEEN_SLEEPS;

	/* Threads that wait for their part of a plan sleep some of the time.
	 * (A second one is a library's, or the only one that works.) */
	return s->idle_percent.known &&
	       (between ||
		(s->idle_percent.value >=
			 (s->threads <= 2 ? LOOP_IDLE : LOOP_IDLE_SURE) &&
		 s->sleeps >= LOOP_SLEEPS));
}

/*
 * Waiting, or computing, is what it does; that it keeps something is by the way.
 * A plan that is worked through in small pieces (a matrix, row by row) may pause,
 * too, but most of its time goes into filling.
 */
static bool is_all_its_life(const struct oom_shape *s)
{
	return (s->idle_percent.known &&
		s->idle_percent.value >= LOOP_IDLE_SURE) ||
	       (s->user_us_per_mib >= LOOP_US_PER_MIB * LOOP_US_SURE &&
		same_each_time(s, LOOP_WORK_SURE, LOOP_WORK_SURE_MOST));
}

/* So many requests, and each time it slept and woke so often before the next. */
static bool comes_round(const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	uint64_t requests = s->chunk_kib ? s->grown_kib / s->chunk_kib : 0;

	return s->threads <= 1 && requests >= PLAN_SURE_PARTS &&
	       s->chunk_kib * PLAN_SURE_PARTS < limit_kib(d) &&
	       s->chunk_kib * PLAN_LIKELY_PARTS >= limit_kib(d) &&
	       s->sleeping_percent >= LOOP_BETWEEN &&
	       s->sleeps >= requests * PLAN_ROUNDS && idles(s);
}

/* Arrays of a plan: large requests, or a few stages. */
static bool is_planned(struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;

	d->planned_requests = s->chunk_kib * PLAN_PARTS >= limit_kib(d) &&
			      !comes_round(d);
	d->planned_stages = s->stages >= 2 && s->stages <= PLAN_STAGES &&
			    was_seen(s) && !sleeps_between(s);
	return d->planned_requests || d->planned_stages;
}

/*
 * A cache that fills up, or an end that is near: each turn of the loop brings
 * less than it did.  Where turns cannot be told, by time; but a loop that others
 * leave less of the CPU is just slower.
 */
static bool slows_down(const struct oom_shape *s)
{
	if (!was_seen(s))
		return false;
	if (s->turns_percent.known)
		return s->turns_percent.value < TURNS_GO_ON &&
		       oom_value_or(s->later_turns_percent, 0) < SLOWS_ON;
	return s->late_percent * 100 < s->early_percent * PACE_GOES_ON &&
	       s->late_percent * 100 < s->middle_percent * SLOWS_ON &&
	       oom_value_or(s->work_percent, 0) < WORK_GOES_ON;
}

static bool is_steady(const struct oom_shape *s)
{
	if (s->turns_percent.known)
		return s->turns_percent.value >= PACE_STEADY &&
		       s->turns_percent.value <= TURNS_STEADY_MOST;
	return s->late_percent * 100 >= s->early_percent * PACE_STEADY &&
	       s->late_percent * 100 <= s->early_percent * PACE_STEADY_MOST;
}

/* Small things one by one, and none cheaper, for nobody knows how long. */
static bool is_crumbs(const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	const struct oom_members *m = &d->members;

	return s->chunk_kib * CRUMB_PARTS < limit_kib(d) && s->stages <= 1 &&
	       s->grown_points >= LOOKS_LIKELY &&
	       oom_value_or(s->idle_percent, 0) < LOOP_IDLE &&
	       (computes_long(f, s) ||
		(s->work_percent.known && s->user_us_per_mib &&
		 s->work_percent.value <= CRUMB_WORK)) &&
	       !(m->n > 1 && oom_is_a_rank(m, &m->of[0]));
}

bool oom_is_leak(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	bool works, certain, planned;
	int last;

	if (!is_single(f, d) || s->grown_points < 4)
		return false;
	works = idles(s) || computes(f, s);
	certain = works && is_all_its_life(s);
	planned = is_planned(d);
	d->sawtooth = s->falls >= 2 &&
		      s->floor_kib * 20 > (int64_t)s->grown_kib &&
		      (certain || !d->planned_requests);
	d->slows = slows_down(s);
	if (d->sawtooth) {
		d->confidence = s->falls >= 3 ? OOM_HIGH : OOM_MEDIUM;
		return true;
	}
	if (planned || d->slows || !was_seen(s))
		return false;
	if (!works) {
		d->confidence = OOM_LOW;
		d->crumbs = is_crumbs(f, d);
		return d->crumbs;
	}
	d->confidence = s->grown_points < LOOKS_LIKELY ? OOM_LOW : OOM_MEDIUM;
	/* Of several threads nobody knows which one slept: the one that keeps,
	 * or those that wait for their part of a plan. */
	if (is_steady(s) && certain && s->threads <= 1 &&
	    oom_history_opened(f, d->grower->pid, s->from_ms, &last) <
		    LOAD_FILES_MAYBE &&
	    s->grown_points >= LOOKS_SURE &&
	    s->chunk_kib * LOOP_PARTS <= limit_kib(d))
		d->confidence = OOM_HIGH;
	return true;
}

/* Ranks of one program that are alike: what one does, all do. */
static void find_alike(struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	uint64_t sizes[OOM_MEMBERS_MAX];

	if (m->n < 2 || !oom_is_a_rank(m, &m->of[0]))
		return;
	for (unsigned int i = 0; i < m->n; i++)
		if (oom_is_a_rank(m, &m->of[i]) &&
		    !strcmp(m->of[i].name, m->of[0].name))
			sizes[d->alike++] = m->of[i].bytes;
	if (d->alike < 2)
		d->alike = 0;
	else
		d->alike_bytes = oom_median(sizes, d->alike);
}

bool oom_is_need(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	const struct oom_members *m = &d->members;

	d->confidence = OOM_LOW;
	find_alike(d);
	if (!is_single(f, d)) {
		/* Without a table the others are not known. */
		uint64_t whole = d->report && !d->report->n_rows
					 ? oom_value_or(d->usage_bytes, 0)
					 : m->total_bytes;

		return m->n &&
		       (oom_at_least(m->of[0].bytes, SINGLE_SHARE, whole) ||
			(m->n > 1 && oom_is_a_rank(m, &m->of[0])));
	}
	d->rests = oom_value_or(s->idle_percent, 0) >= LOOP_IDLE;
	/* Its whole need shows: it had asked for it. */
	if (s->untouched_kib >= limit_kib(d) / REQUEST_PARTS)
		d->confidence = OOM_HIGH;
	else if (is_planned(d))
		d->confidence =
			s->chunk_kib * PLAN_SURE_PARTS >= limit_kib(d)
				? OOM_HIGH
			: d->planned_stages ||
					s->chunk_kib * PLAN_LIKELY_PARTS >=
						limit_kib(d)
				? OOM_MEDIUM
				: OOM_LOW;
	else if (d->slows)
		d->confidence = OOM_MEDIUM;
	if ((is_late(s) || s->doubles) && d->confidence == OOM_HIGH)
		d->confidence = OOM_MEDIUM;
	return true;
}
