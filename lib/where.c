// SPDX-License-Identifier: GPL-2.0-or-later
#include "where.h"

#include <string.h>

enum {
	/* Enough was seen: so many looks or samples, or so much of the limit. */
	LOOKS_LEAST = 4,
	SEEN_PARTS = 4,
	/* Of files in memory, so much in any case: who writes them need not be
	 * seen at all. */
	SHARED_PARTS = 8,
	/* One that is seen with less of it may be there by chance... */
	TOP_LEAST = 30,
	/* ...and behind it so little is not worth a reader's time. */
	SHOWN_LEAST = 10,
	/* That is most of it. */
	MOST_LEAST = 60,
	/* Of Python's growth so much was seen awake, in percent. */
	AWAKE_LEAST = 15,
	/* ...and of the last quarter's anything, if it slept through so much. */
	SLEPT_PARTS = 16, /* of the limit */
	/* What was seen to stay is enough to go by: so many looks, and percent. */
	KEPT_LOOKS = 3,
	KEPT_LEAST = 10,
	/* A function gives back so many times as often as it is seen to keep. */
	GIVES_MOST = 4,
};

/* One function; its line is the one that most of it came from. */
struct function {
	struct oom_whereabouts shown;
	uint64_t kib, line_kib;
};

static struct oom_span next_field(struct oom_span *rest)
{
	size_t end = oom_span_find(*rest, "\t");
	struct oom_span field = { rest->ptr, end };

	end += end < rest->len;
	rest->ptr += end;
	rest->len -= end;
	return oom_span_trim(field);
}

/* False: it has no name. */
static bool parse(const struct oom_place *p, struct oom_whereabouts *ret)
{
	struct oom_span rest = { p->text, strnlen(p->text, sizeof(p->text)) };
	uint64_t line = 0;

	ret->function = next_field(&rest);
	ret->file = next_field(&rest);
	(void)oom_parse_u64(next_field(&rest), &line);
	ret->line = oom_u32(line);
	ret->via = next_field(&rest);
	ret->memory = next_field(&rest);
	ret->python = p->kind != OOM_PLACE_NATIVE;
	return ret->function.len || ret->file.len;
}

static bool same(struct oom_span a, struct oom_span b)
{
	return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

static bool same_function(const struct oom_place *a, const struct oom_place *b)
{
	struct oom_whereabouts one, other;

	return a->pid == b->pid && parse(a, &one) && parse(b, &other) &&
	       one.function.len && same(one.function, other.function) &&
	       same(one.file, other.file);
}

/* The places that a question is about. */
struct seen {
	const struct oom_place *of[OOM_PLACES_MAX];
	unsigned int n;
	uint64_t limit_kib;
};

/* Looks that found it in the same function, in that way. */
static uint64_t looks_in(const struct seen *seen, const struct oom_place *place,
			 uint32_t kind)
{
	uint64_t looks = 0;

	for (unsigned int i = 0; i < seen->n; i++)
		if (seen->of[i]->kind == kind &&
		    same_function(place, seen->of[i]))
			looks += seen->of[i]->looks;
	return looks;
}

/* Each function that it was seen awake in is one that it sleeps in, too. */
static bool sleeps_where_it_works(const struct seen *seen, uint32_t pid)
{
	for (unsigned int i = 0; i < seen->n; i++) {
		const struct oom_place *p = seen->of[i];

		if (p->pid == pid && p->kind == OOM_PLACE_PYTHON &&
		    !looks_in(seen, p, OOM_PLACE_ASLEEP))
			return false;
	}
	return true;
}

/* Of the places of one process, by kind. */
struct told {
	uint64_t kib, late_kib, looks;
	uint64_t strange_late_kib; /* where it was never seen awake */
};

#define KINDS (OOM_PLACE_GIVEN + 1)

static void tell_apart(const struct seen *seen, uint32_t pid,
		       struct told kinds[KINDS])
{
	memset(kinds, 0, KINDS * sizeof(kinds[0]));
	for (unsigned int i = 0; i < seen->n; i++) {
		const struct oom_place *p = seen->of[i];

		if (p->pid != pid ||
		    (p->kind == OOM_PLACE_NATIVE && !p->text[0]))
			continue;
		kinds[p->kind].kib += p->kib;
		kinds[p->kind].late_kib += p->late_kib;
		kinds[p->kind].looks += p->looks;
		if (!looks_in(seen, p, OOM_PLACE_PYTHON))
			kinds[p->kind].strange_late_kib += p->late_kib;
	}
}

/*
 * Where it sleeps is not where it grows; and where it was hardly ever seen awake,
 * or long ago and elsewhere, chance has the word; but for a loop that sleeps in
 * the function that works.
 */
static bool seen_enough(const struct seen *seen, uint32_t pid,
			const struct told *kinds)
{
	const struct told *asleep = &kinds[OOM_PLACE_ASLEEP];
	uint64_t awake = 0, late = 0;

	for (int kind = 0; kind < KINDS; kind++) {
		if (kind == OOM_PLACE_NATIVE || kind == OOM_PLACE_ASLEEP)
			continue;
		awake += kinds[kind].kib;
		late += kinds[kind].late_kib;
	}
	if (!late && asleep->strange_late_kib > seen->limit_kib / SLEPT_PARTS)
		return false;
	return awake && (awake * 100 >= (awake + asleep->kib) * AWAKE_LEAST ||
			 sleeps_where_it_works(seen, pid));
}

/*
 * Which kinds speak for the process, as bits; 0: none does.  What was given to
 * the heap is kept by somebody: by that function, unless it never keeps.  What
 * was unmapped has not grown; but an array that moves as it grows is given back
 * each time, so where nearly all of it went, it counts.
 */
static unsigned int kinds_of(const struct seen *seen, uint32_t pid)
{
	struct told kinds[KINDS];
	const struct told *kept = &kinds[OOM_PLACE_PYTHON],
			  *gone = &kinds[OOM_PLACE_GONE];

	tell_apart(seen, pid, kinds);
	if (!seen_enough(seen, pid, kinds))
		return kinds[OOM_PLACE_NATIVE].kib ? 1U << OOM_PLACE_NATIVE : 0;
	if (kept->looks >= KEPT_LOOKS &&
	    kept->kib * 100 >= (kept->kib + gone->kib) * KEPT_LEAST)
		return 1U << OOM_PLACE_PYTHON | 1U << OOM_PLACE_GIVEN;
	return 1U << OOM_PLACE_PYTHON | 1U << OOM_PLACE_GIVEN |
	       1U << OOM_PLACE_GONE;
}

/* No other function of the process touches new memory. */
static bool is_only_one(const struct seen *seen, const struct oom_place *p)
{
	for (unsigned int i = 0; i < seen->n; i++) {
		const struct oom_place *other = seen->of[i];

		if (other->pid == p->pid && other->text[0] &&
		    (other->kind == OOM_PLACE_PYTHON ||
		     other->kind == OOM_PLACE_GIVEN) &&
		    !same_function(p, other))
			return false;
	}
	return true;
}

/* What a function touches first, and gives back to the heap at once, is kept by
 * another, where there is one: so is some of what was not seen to be free in
 * time. */
static bool only_touches(const struct seen *seen, const struct oom_place *p)
{
	return looks_in(seen, p, OOM_PLACE_GIVEN) >
		       GIVES_MOST * looks_in(seen, p, OOM_PLACE_PYTHON) &&
	       !is_only_one(seen, p);
}

static void add(struct function *list, unsigned int *n,
		const struct oom_whereabouts *where, uint64_t kib)
{
	struct function *f = NULL;

	for (unsigned int i = 0; i < *n && !f; i++)
		if (same(list[i].shown.function, where->function) &&
		    same(list[i].shown.file, where->file) &&
		    /* Without a name only the line tells two apart. */
		    (where->function.len || list[i].shown.line == where->line))
			f = &list[i];
	if (!f) {
		f = &list[(*n)++];
		f->kib = f->line_kib = 0;
	}
	if (!f->kib || kib > f->line_kib) {
		f->shown = *where;
		f->line_kib = kib;
	}
	f->kib += kib;
}

static void sort(struct function *list, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++) {
		struct function one = list[i];
		unsigned int j = i;

		for (; j && list[j - 1].kib < one.kib; j--)
			list[j] = list[j - 1];
		list[j] = one;
	}
}

/* Its function touches other memory, too: then it may be a copy from a file, of
 * which the last touch was seen. */
static bool copies(const struct oom_history *h, const struct oom_place *place)
{
	for (unsigned int i = 0; i < h->n_places; i++) {
		const struct oom_place *p = &h->record.places[i];
		struct oom_whereabouts where;

		if (same_function(place, p) && parse(p, &where) &&
		    !oom_span_is(where.memory, "file"))
			return true;
	}
	return false;
}

/* By the kind of its memory, as far as that is known.  Pages of a file come and go
 * with it: they are nobody's growth. */
static bool is_of_memory(const struct oom_history *h, const struct oom_place *p,
			 bool shared)
{
	struct oom_whereabouts where;

	if (!parse(p, &where) || !where.memory.len)
		return !shared || !p->text[0];
	if (oom_span_is(where.memory, "file"))
		return !shared && copies(h, p);
	return oom_span_is(where.memory, "shared") == shared;
}

static void choose(const struct oom_findings *f, struct oom_where_of of,
		   struct seen *ret)
{
	const struct oom_history *h = &f->history;

	ret->n = 0;
	ret->limit_kib = h->record.limit_kib;
	for (unsigned int i = 0; i < h->n_places; i++) {
		const struct oom_place *p = &h->record.places[i];

		if ((!of.pid || p->pid == of.pid) && p->pid != of.not_pid &&
		    p->kind < KINDS && is_of_memory(h, p, of.shared))
			ret->of[ret->n++] = p;
	}
}

void oom_where(const struct oom_findings *f, struct oom_where_of of,
	       struct oom_where *ret)
{
	struct function list[OOM_PLACES_MAX];
	uint64_t seen_kib = 0, looks = 0;
	struct seen seen;
	unsigned int n = 0;

	ret->n = 0;
	choose(f, of, &seen);
	for (unsigned int i = 0; i < seen.n; i++) {
		const struct oom_place *p = seen.of[i];
		struct oom_whereabouts where;

		if (!(kinds_of(&seen, p->pid) >> p->kind & 1))
			continue;
		seen_kib += p->kib;
		looks += p->looks;
		if (p->kib && parse(p, &where) && !only_touches(&seen, p))
			add(list, &n, &where, p->kib);
	}
	if (!seen_kib ||
	    (looks < LOOKS_LEAST && seen_kib < seen.limit_kib / SEEN_PARTS) ||
	    (of.shared && seen_kib < seen.limit_kib / SHARED_PARTS))
		return;
	sort(list, n);
	for (unsigned int i = 0; i < n && i < OOM_WHERE_MAX; i++) {
		unsigned int percent =
			(unsigned int)(list[i].kib * 100 / seen_kib);

		if (percent < (i ? SHOWN_LEAST : TOP_LEAST))
			break;
		ret->of[i] = list[i].shown;
		ret->of[i].percent = percent;
		ret->n++;
	}
}

static bool ends(struct oom_span text, struct oom_span with)
{
	return text.len >= with.len &&
	       !memcmp(text.ptr + text.len - with.len, with.ptr, with.len);
}

bool oom_where_joins(const struct oom_findings *f, uint32_t pid)
{
	struct oom_where where;
	const struct oom_whereabouts *top = &where.of[0];

	oom_where(f, (struct oom_where_of){ .pid = pid }, &where);
	return where.n && top->python && top->percent >= MOST_LEAST &&
	       oom_span_starts(top->via, "in pandas ") &&
	       (ends(top->via, oom_span("merge")) ||
		ends(top->via, oom_span("join")));
}
