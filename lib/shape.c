// SPDX-License-Identifier: GPL-2.0-or-later
#include "shape.h"

#include <string.h>

enum {
	POINTS_MIN = 3,
	/* Of its whole growth: so near to its smallest is "not grown yet". */
	BASE_PERCENT = 10,
	FALL_PERCENT = 10,
	/* A look that is this much slower than the whole is a pause... */
	PAUSE_PERCENT = 10,
	/* ...when it lasts so much of the time. */
	PAUSE_TIME_PERCENT = 2,
	/* While reading: at least this part of what grew was read, too. */
	READ_PARTS = 32,
	STACK_KIB = 8192, /* ulimit -s, and what glibc gives each thread */
	/* A table that doubles when it is full, in percent: pages beside. */
	DOUBLED_LEAST = 98,
	DOUBLED_MOST = 102,
	FALLS_AGAIN = 2,
	LIBRARIES_KIB = 1024, /* data of libraries, the first thread's stack */
	/* A request that is being filled: of what grew since (a tenth of all
	 * or more), at least a quarter went into it. */
	FILLED_GROWTH = 10,
	FILLED_PARTS = 4,
	/* A start, a rest and a growth of at least this part of the time each;
	 * at rest it grows by less than that part of all. */
	START_PARTS = 4,
	START_REST_PARTS = 25,
	START_POINTS = 7,
	/* A quick start: so many times the pace of the rest, which is most of
	 * the time; each is at least a quarter of the growth. */
	QUICK_TIMES = 4,
	QUICK_PARTS = 5,
	EVEN_PARTS = 4,
	PAGE_KIB = 4,
	/* The clock of CPU time ticks in steps of 10 ms. */
	WORK_MS = 50,
	TURNS = 10, /* sleeps */
};

#define MAX_POINTS (OOM_TRACK_POINTS + 1)

struct points {
	const struct oom_track *track;
	struct oom_track_point p[MAX_POINTS];
	unsigned int n, from;
};

static uint64_t gap(const struct oom_track_point *p)
{
	return p->data_kib > p->anon_kib ? p->data_kib - p->anon_kib : 0;
}

static uint64_t more(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static void collect(struct points *s, const struct oom_track *track,
		    const struct oom_track_point *last)
{
	s->track = track;
	for (unsigned int i = 0; i < track->n && i < OOM_TRACK_POINTS; i++)
		/* A process on its way out has given all back. */
		if (track->points[i].data_kib)
			s->p[s->n++] = track->points[i];
	if (last && s->n && last->at_ms >= s->p[s->n - 1].at_ms) {
		struct oom_track_point end = s->p[s->n - 1];

		end.at_ms = last->at_ms;
		end.anon_kib = last->anon_kib;
		end.data_kib = last->data_kib;
		s->p[s->n++] = end;
	}
}

/*
 * What came while it was still reading its libraries, packages or input is not
 * yet what it does: when the reading ends in the first half of the growth, the
 * rest tells.
 */
static void skip_loading(struct points *s)
{
	uint64_t base = s->p[s->from].anon_kib;
	uint64_t grown = more(s->p[s->n - 1].anon_kib, base);
	unsigned int last = s->from;

	for (unsigned int i = s->from + 1; i < s->n; i++)
		if (more(s->p[i].read_kib, s->p[i - 1].read_kib) * READ_PARTS >=
		    more(s->p[i].anon_kib, s->p[i - 1].anon_kib) + READ_PARTS)
			last = i;
	if (last > s->from && last + 3 < s->n &&
	    more(s->p[last].anon_kib, base) * 2 <= grown)
		s->from = last;
}

/*
 * What it filled at first and then left alone for long is where it began: the
 * growth that came after that, for as long again, is the one that tells.
 */
static void skip_start(struct points *s)
{
	const struct oom_track_point *a = &s->p[s->from],
				     *end = &s->p[s->n - 1];
	uint64_t grown = more(end->anon_kib, a->anon_kib);
	uint32_t time = end->at_ms - a->at_ms;
	unsigned int rest = s->from;

	for (unsigned int i = s->from + 1; i < s->n; i++) {
		/* As far as it goes without growing. */
		unsigned int j = i;

		while (j + 1 < s->n &&
		       more(s->p[j + 1].anon_kib, s->p[i].anon_kib) *
				       START_REST_PARTS <
			       grown)
			j++;
		if ((uint64_t)(s->p[j].at_ms - s->p[i].at_ms) * START_PARTS >=
		    time)
			rest = j;
	}
	if (rest > s->from && s->n - rest >= START_POINTS &&
	    (uint64_t)(end->at_ms - s->p[rest].at_ms) * START_PARTS >= time &&
	    more(end->anon_kib, s->p[rest].anon_kib) * START_PARTS >= grown)
		s->from = rest;
}

/* No rest or jump makes the growth from there on: each half has its part. */
static bool goes_on_evenly(const struct points *s, unsigned int from)
{
	const struct oom_track_point *a = &s->p[from], *end = &s->p[s->n - 1];
	uint64_t rest = more(end->anon_kib, a->anon_kib), half;
	uint32_t time = end->at_ms - a->at_ms;
	unsigned int i;

	for (i = from + 1; i < s->n; i++)
		if (s->p[i].at_ms - s->p[i - 1].at_ms >= time / EVEN_PARTS)
			return false;
	for (i = from; s->p[i].at_ms - a->at_ms < time / 2; i++)
		;
	half = more(s->p[i].anon_kib, a->anon_kib);
	return half * EVEN_PARTS >= rest &&
	       half * EVEN_PARTS <= rest * (EVEN_PARTS - 1);
}

/*
 * What a loop sets up before its first turn (a field, buffers) comes at another
 * pace than what it keeps; one that slows all the way does so in the rest, too.
 */
static void skip_quick_start(struct points *s)
{
	const struct oom_track_point *a = &s->p[s->from],
				     *end = &s->p[s->n - 1];
	uint64_t grown = more(end->anon_kib, a->anon_kib);
	uint64_t time = end->at_ms - a->at_ms;
	unsigned int first = s->from;

	for (unsigned int i = first + 1; i + START_POINTS <= s->n; i++) {
		uint64_t took = s->p[i].at_ms - a->at_ms,
			 start = more(s->p[i].anon_kib, a->anon_kib),
			 rest = more(end->anon_kib, s->p[i].anon_kib);

		if (took * QUICK_PARTS > time || rest * START_PARTS < grown)
			break;
		if (start * START_PARTS >= grown &&
		    start * (time - took) >= rest * took * QUICK_TIMES &&
		    goes_on_evenly(s, i))
			s->from = i;
	}
}

static void find_growth(struct points *s, struct oom_shape *ret)
{
	uint64_t low = UINT64_MAX, level;

	for (unsigned int i = 0; i < s->n; i++)
		if (s->p[i].anon_kib < low)
			low = s->p[i].anon_kib;
	ret->end_kib = s->p[s->n - 1].anon_kib;
	level = low + more(ret->end_kib, low) * BASE_PERCENT / 100;
	for (unsigned int i = 0; i + 1 < s->n; i++)
		if (s->p[i].anon_kib <= level)
			s->from = i;
	ret->read_kib = s->p[s->n - 1].read_kib - s->p[s->from].read_kib;
	ret->began_ms = s->p[s->from].at_ms;
	skip_loading(s);
	skip_start(s);
	skip_quick_start(s);
	ret->base_kib = s->p[s->from].anon_kib;
	ret->from_ms = s->p[s->from].at_ms;
	ret->to_ms = s->p[s->n - 1].at_ms;
	ret->before_ms = ret->from_ms - s->p[0].at_ms;
	ret->grown_kib = more(ret->end_kib, ret->base_kib);
	ret->grown_points = s->n - s->from;
}

/* Between two looks, but for what it was kept waiting for a CPU. */
static double own_ms(const struct points *s, unsigned int i)
{
	double ms = s->p[i].at_ms - s->p[i - 1].at_ms, waited;

	waited = s->track->threads <= 1
			 ? (double)s->p[i].wait_ms - s->p[i - 1].wait_ms
			 : 0;
	return waited > 0 && waited < ms ? ms - waited : ms;
}

static void find_stages(const struct points *s, struct oom_shape *ret)
{
	double time = 0, rate;
	uint64_t top = s->p[s->from].anon_kib, low, first_floor = 0;
	bool paused = true, fell = false;

	for (unsigned int i = s->from + 1; i < s->n; i++)
		time += own_ms(s, i);
	rate = time > 0 ? (double)ret->grown_kib / time : 0;
	for (unsigned int i = s->from + 1; i < s->n; i++) {
		double ms = own_ms(s, i);
		uint64_t grown = more(s->p[i].anon_kib, s->p[i - 1].anon_kib);

		if (grown > ret->largest_kib)
			ret->largest_kib = grown;
		if ((double)grown < rate * ms * PAUSE_PERCENT / 100) {
			if (ms >= time * PAUSE_TIME_PERCENT / 100)
				paused = true;
		} else if (paused && grown * 100 >= ret->grown_kib) {
			ret->stages++;
			paused = false;
		}
	}
	/* Over all of its life: a sawtooth comes near its floor each time. */
	top = low = s->p[0].anon_kib;
	for (unsigned int i = 1; i < s->n; i++) {
		uint64_t now = s->p[i].anon_kib;

		if (now > top)
			top = now;
		if (now < low)
			low = now;
		if (!fell &&
		    more(top, now) * 100 > ret->grown_kib * FALL_PERCENT) {
			fell = true;
			low = now;
		}
		/* It turned: that was the floor between two teeth. */
		if (fell &&
		    more(now, low) * 100 > ret->grown_kib * FALL_PERCENT) {
			if (!ret->falls++)
				first_floor = low;
			ret->floor_kib = (int64_t)low - (int64_t)first_floor;
			fell = false;
			top = low = now;
		}
	}
}

/* From two fifths of the growth on: what it began with tells nothing of that. */
static bool is_later(const struct points *s, unsigned int i,
		     const struct oom_shape *shape)
{
	return i >= s->from &&
	       s->p[i].anon_kib >= shape->base_kib + shape->grown_kib * 2 / 5;
}

/* Of two neighbours that a moment lies between. */
static double between(double a, double b, const struct points *s,
		      unsigned int i, uint32_t at_ms)
{
	uint32_t from = s->p[i - 1].at_ms, to = s->p[i].at_ms;

	return to == from ? b : a + (b - a) * (at_ms - from) / (to - from);
}

static double cpu_ms(const struct oom_track_point *p)
{
	return (double)p->user_ms + p->system_ms;
}

static double sleeps(const struct oom_track_point *p)
{
	return p->sleeps;
}

static double at_moment(const struct points *s, uint32_t at_ms,
			double (*of)(const struct oom_track_point *))
{
	for (unsigned int i = s->from + 1; i < s->n; i++)
		if (s->p[i].at_ms >= at_ms)
			return between(of(&s->p[i - 1]), of(&s->p[i]), s, i,
				       at_ms);
	return of(&s->p[s->n - 1]);
}

static uint64_t anon_at(const struct points *s, uint32_t at_ms)
{
	for (unsigned int i = s->from + 1; i < s->n; i++)
		if (s->p[i].at_ms >= at_ms)
			return (uint64_t)between((double)s->p[i - 1].anon_kib,
						 (double)s->p[i].anon_kib, s, i,
						 at_ms);
	return s->p[s->n - 1].anon_kib;
}

/*
 * What it grew for as much of `of` in the last third as in another one, which
 * begins at `from` and in which it grew by `early`; in percent.
 */
static struct oom_reading
same_work(const struct points *s, uint32_t from, uint32_t to, uint32_t third,
	  uint64_t early, uint64_t late, double least,
	  double (*of)(const struct oom_track_point *))
{
	double first = at_moment(s, from + third, of) - at_moment(s, from, of),
	       last = at_moment(s, to, of) - at_moment(s, to - third, of);

	if (first < least || last < least || !early)
		return (struct oom_reading){ 0 };
	return oom_known(
		(uint64_t)((double)late / last * first / (double)early * 100));
}

/*
 * Where its pace is looked at from.  A first step that is long and slow holds
 * the end of a rest: nobody looks often at what rests.
 */
static unsigned int first_of_pace(const struct points *s, unsigned int end)
{
	const struct oom_track_point *a = &s->p[s->from], *b = a + 1,
				     *c = &s->p[end];
	uint64_t first = more(b->anon_kib, a->anon_kib),
		 rest = more(c->anon_kib, b->anon_kib);
	uint64_t first_ms = b->at_ms - a->at_ms, rest_ms = c->at_ms - b->at_ms;

	return s->from + (end - s->from >= START_POINTS &&
			  first_ms * START_PARTS >= first_ms + rest_ms &&
			  first * rest_ms * 2 < rest * first_ms);
}

static void compare_thirds(const struct points *s, uint32_t from, uint32_t to,
			   uint64_t grown, struct oom_shape *ret)
{
	uint32_t third = (to - from) / 3;
	uint64_t one = anon_at(s, from + third), two = anon_at(s, to - third),
		 early = more(one, anon_at(s, from)), middle = more(two, one),
		 late = more(anon_at(s, to), two);

	ret->early_percent = (unsigned int)(early * 300 / grown);
	ret->middle_percent = (unsigned int)(middle * 300 / grown);
	ret->late_percent = (unsigned int)(late * 300 / grown);
	ret->work_percent =
		same_work(s, from, to, third, early, late, WORK_MS, cpu_ms);
	if (s->track->threads > OOM_PROC_THREADS_MAX)
		return;
	ret->turns_percent =
		same_work(s, from, to, third, early, late, TURNS, sleeps);
	ret->later_turns_percent = same_work(s, from + third, to, third, middle,
					     late, TURNS, sleeps);
}

static void find_pace(const struct points *s, struct oom_shape *ret)
{
	const struct oom_track_point *a = &s->p[s->from], *b = &s->p[s->n - 1],
				     *first;
	uint32_t time = b->at_ms - a->at_ms, busy, span;
	unsigned int end = s->n - 1;
	uint64_t grown, between = 0, late_kib = 0;

	while (end > s->from + 2 &&
	       more(s->p[end - 1].anon_kib, a->anon_kib) * 20 >
		       ret->grown_kib * 19)
		end--;
	first = &s->p[first_of_pace(s, end)];
	grown = more(s->p[end].anon_kib, first->anon_kib);
	span = s->p[end].at_ms - first->at_ms;
	if (span >= 3 && grown)
		compare_thirds(s, first->at_ms, s->p[end].at_ms, grown, ret);
	ret->threads = s->track->threads;
	ret->sleeps = b->sleeps - a->sleeps;
	for (unsigned int i = s->from + 1; i < s->n; i++) {
		uint64_t more_kib =
			more(s->p[i].anon_kib, s->p[i - 1].anon_kib);

		/* What it began with is not the loop yet. */
		if (!is_later(s, i, ret))
			continue;
		late_kib += more_kib;
		if (s->p[i].sleeps > s->p[i - 1].sleeps)
			between += more_kib;
	}
	if (late_kib)
		ret->sleeping_percent =
			(unsigned int)(between * 100 / late_kib);
	busy = (b->user_ms - a->user_ms) + (b->system_ms - a->system_ms) +
	       (b->wait_ms - a->wait_ms);
	/* The clock of CPU time ticks in steps of 10 ms. */
	if (s->track->threads <= OOM_PROC_THREADS_MAX && time >= 100)
		ret->idle_percent = oom_known(
			busy < time ? (uint64_t)(time - busy) * 100 / time : 0);
	if (ret->grown_kib >= 1024)
		ret->user_us_per_mib = (uint64_t)(b->user_ms - a->user_ms) *
				       1000 / (ret->grown_kib / 1024);
}

static void find_reads(const struct points *s, struct oom_shape *ret)
{
	uint64_t late = 0, while_reading = 0;

	for (unsigned int i = s->from + 1; i < s->n; i++) {
		uint64_t grown = more(s->p[i].anon_kib, s->p[i - 1].anon_kib);
		uint64_t read = more(s->p[i].read_kib, s->p[i - 1].read_kib);

		if (!is_later(s, i, ret))
			continue;
		/* The kernel's report tells nothing of reads. */
		if (i == s->n - 1 && s->p[i].read_kib == s->p[i - 1].read_kib &&
		    i > s->from + 2)
			continue;
		late += grown;
		/* A large read(2) is counted only when it returns. */
		if (i > 1)
			read += more(s->p[i - 1].read_kib,
				     s->p[i - 2].read_kib);
		if (i + 1 < s->n)
			read += more(s->p[i + 1].read_kib, s->p[i].read_kib);
		if (read * READ_PARTS >= grown && read)
			while_reading += grown;
	}
	if (late)
		ret->late_read_percent =
			(unsigned int)(while_reading * 100 / late);
}

/*
 * Pages of mapped files that it touched: what the kernel takes back near the
 * limit was touched nevertheless.
 */
static void find_mapped(const struct points *s, struct oom_shape *ret)
{
	uint64_t late = 0, while_mapping = 0, most = s->p[s->from].shared_kib;

	for (unsigned int i = s->from + 1; i < s->n; i++) {
		uint64_t grown = more(s->p[i].anon_kib, s->p[i - 1].anon_kib);
		uint64_t mapped = more(s->p[i].shared_kib, most);

		most += mapped;
		ret->mapped_kib += mapped;
		/* The kernel's report tells nothing of these, either. */
		if (i == s->n - 1 || !is_later(s, i, ret))
			continue;
		late += grown;
		if (mapped && mapped * READ_PARTS >= grown)
			while_mapping += grown;
	}
	if (late)
		ret->late_mapped_percent =
			(unsigned int)(while_mapping * 100 / late);
}

/*
 * What it asked for and left untouched for each KiB that grew, where that is how
 * it goes on: many small requests that are used in part, none of them ever
 * filled.
 */
static double left_for_each(const struct points *s,
			    const struct oom_shape *shape)
{
	uint64_t rises = 0, falls = 0, largest = 0, grown;
	const struct oom_track_point *first = NULL;

	for (unsigned int i = s->from; i < s->n; i++) {
		uint64_t rise;

		if (!is_later(s, i, shape))
			continue;
		if (!first) {
			first = &s->p[i];
			continue;
		}
		rise = more(gap(&s->p[i]), gap(&s->p[i - 1]));
		rises += rise;
		falls += more(gap(&s->p[i - 1]), gap(&s->p[i]));
		if (rise > largest)
			largest = rise;
	}
	grown = first ? more(s->p[s->n - 1].anon_kib, first->anon_kib) : 0;
	if (!grown || falls * FILLED_PARTS >= rises ||
	    largest * FILLED_PARTS >= rises)
		return 0;
	return (double)(rises - falls) / (double)grown;
}

/* Data at that look that was still there at each later one, of `n` looks. */
static uint64_t lasting(const struct points *s, unsigned int at, unsigned int n)
{
	uint64_t least = s->p[at].data_kib;

	for (unsigned int i = at + 1; i < n; i++)
		if (s->p[i].data_kib < least)
			least = s->p[i].data_kib;
	return least;
}

/*
 * Where much is given back again and again, as a work array is: the most that was
 * kept at once.  No limit where nothing is.
 */
static uint64_t largest_kept(const struct points *s)
{
	unsigned int falls = 0, end = 0;
	uint64_t largest = 0;

	for (unsigned int i = s->from + 1; i < s->n; i++)
		if (s->p[i].data_kib + LIBRARIES_KIB < s->p[i - 1].data_kib) {
			falls++;
			end = i + 1;
		}
	if (falls < FALLS_AGAIN)
		return UINT64_MAX;
	for (unsigned int i = s->from + 1; i < end; i++) {
		uint64_t step = lasting(s, i, end) - lasting(s, i - 1, end);

		if (step > largest)
			largest = step;
	}
	return largest;
}

/* The most that was asked for and not touched at a look of the last part. */
static uint64_t largest_gap(const struct points *s,
			    const struct oom_shape *shape)
{
	double each = left_for_each(s, shape), expected, largest = 0;
	const struct oom_track_point *first = NULL;

	for (unsigned int i = s->from; i < s->n; i++) {
		const struct oom_track_point *p = &s->p[i];
		double left = (double)more(lasting(s, i, s->n), p->anon_kib);

		if (!is_later(s, i, shape))
			continue;
		if (!first)
			first = p;
		expected =
			each > 0 ? (double)gap(first) +
					   each * (double)more(p->anon_kib,
							       first->anon_kib)
				 : 0;
		if (left - expected > largest)
			largest = left - expected;
	}
	return (uint64_t)largest;
}

/* Data grew by about so much between two looks before that one. */
static bool asked_before(const struct points *s, unsigned int at, uint64_t kib)
{
	for (unsigned int i = 1; i < at; i++) {
		uint64_t step = more(s->p[i].data_kib, s->p[i - 1].data_kib);

		if (step * 100 >= kib * DOUBLED_LEAST &&
		    step * 100 <= kib * DOUBLED_MOST)
			return true;
	}
	return false;
}

/* Half of it was asked for before, and a quarter. */
static bool doubles(const struct points *s, unsigned int at)
{
	uint64_t step = at ? more(s->p[at].data_kib, s->p[at - 1].data_kib) : 0;

	return step / 4 > LIBRARIES_KIB && asked_before(s, at, step / 2) &&
	       asked_before(s, at, step / 4);
}

static void find_requests(const struct points *s, struct oom_shape *ret)
{
	uint64_t threads = s->track->threads > 1 ? s->track->threads - 1 : 0;
	uint64_t floor = threads * STACK_KIB + LIBRARIES_KIB;
	const struct oom_track_point *end = &s->p[s->n - 1];
	uint64_t filled = 0, grown, least = UINT64_MAX, peak = 0;
	unsigned int at = 0;

	/* The step of data that brought the most that was not touched at once. */
	for (unsigned int i = 0; i < s->n; i++) {
		uint64_t before = i ? gap(&s->p[i - 1]) : 0;
		uint64_t asked = more(gap(&s->p[i]), before);

		if (i && asked > ret->request_kib) {
			ret->request_kib = asked;
			ret->request_ms = s->p[i].at_ms;
			ret->request_known = true;
			at = i;
		}
		if (i >= s->from && gap(&s->p[i]) < least)
			least = gap(&s->p[i]);
	}
	ret->chunk_kib = largest_gap(s, ret);
	if (largest_kept(s) < ret->chunk_kib)
		ret->chunk_kib = largest_kept(s);
	ret->doubles = doubles(s, at);
	/* It had asked before it was seen for the first time. */
	if (gap(&s->p[0]) > ret->request_kib + floor &&
	    gap(&s->p[0]) > gap(end) + PAGE_KIB) {
		ret->request_kib = gap(&s->p[0]) - floor;
		ret->request_ms = s->p[0].at_ms;
		ret->request_known = false;
		at = 0;
	}
	/* What was there before the request stays behind it, too; but one that
	 * threads' stacks explain is none. */
	if (at && (ret->request_kib > threads * STACK_KIB ||
		   gap(&s->p[at - 1]) > floor))
		floor = gap(&s->p[at - 1]);
	/*
	 * It went on to grow by other memory: that request is not being filled
	 * (a library's buffers, a reserve).
	 */
	for (unsigned int i = at; i < s->n; i++)
		if (gap(&s->p[i]) > peak)
			peak = gap(&s->p[i]);
		else if (peak - gap(&s->p[i]) > filled)
			filled = peak - gap(&s->p[i]);
	grown = more(end->anon_kib, s->p[at].anon_kib);
	if (grown * FILLED_GROWTH > ret->grown_kib &&
	    filled * FILLED_PARTS < grown)
		floor = gap(end);
	ret->untouched_kib = more(gap(end), floor);
	/* Hardly any of it was filled all along: no part of a plan. */
	if (floor < least && (ret->chunk_kib - least) * FILLED_PARTS < least)
		floor = least;
	ret->chunk_kib = more(ret->chunk_kib, floor < least ? floor : least);
}

bool oom_shape_of(const struct oom_track *track,
		  const struct oom_track_point *last, struct oom_shape *ret)
{
	struct points s = { .n = 0 };

	memset(ret, 0, sizeof(*ret));
	collect(&s, track, last);
	ret->points = s.n;
	if (s.n < POINTS_MIN)
		return false;
	find_growth(&s, ret);
	if (last && s.p[s.n - 1].at_ms == last->at_ms)
		ret->unseen_kib = more(ret->end_kib, s.p[s.n - 2].anon_kib);
	if (!ret->grown_kib)
		return false;
	find_stages(&s, ret);
	find_pace(&s, ret);
	find_reads(&s, ret);
	find_mapped(&s, ret);
	find_requests(&s, ret);
	return true;
}
