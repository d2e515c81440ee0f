// SPDX-License-Identifier: GPL-2.0-or-later
#include "record.h"

#include <string.h>

/* A move of this part of the limit is worth a point of its own. */
#define SERIES_PARTS   64
#define TRACK_PARTS    40
#define EVERY_MS_FIRST 100
/* So small a change never is: interpreters breathe. */
#define EVERY_KIB_MIN 64

uint32_t oom_u32(uint64_t value)
{
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

uint32_t oom_record_check(const void *entry, size_t size)
{
	const unsigned char *p = entry;
	uint32_t sum = 0x811c9dc5;

	for (size_t i = 0; i < size - sizeof(uint32_t); i++)
		sum = (sum ^ p[i]) * 0x01000193;
	return sum;
}

#define SEAL(entry) \
	((entry)->check = oom_record_check((entry), sizeof(*(entry))))

void oom_record_begin(struct oom_record *r, uint64_t limit_kib)
{
	uint32_t part = oom_u32(limit_kib / SERIES_PARTS);

	r->limit_kib = limit_kib;
	r->whole.every_ms = r->recent.every_ms = EVERY_MS_FIRST;
	r->whole.every_kib = part > EVERY_KIB_MIN ? part : EVERY_KIB_MIN;
	r->recent.every_kib = r->whole.every_kib / 2;
	r->version = OOM_RECORD_VERSION;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* ---- the step's series ---- */

/* Every second point goes; the last one stays, as the series goes on there. */
static void halve_series(struct oom_series *s)
{
	uint32_t kept = 0;

	for (uint32_t i = s->n % 2 ? 0 : 1; i < s->n; i += 2)
		s->points[kept++] = s->points[i];
	s->n = kept;
	s->every_ms *= s->every_ms < (1U << 30) ? 2 : 1;
	s->every_kib *= s->every_kib < (1U << 30) ? 2 : 1;
}

static bool is_news(const struct oom_series *s,
		    const struct oom_series_point *point)
{
	const struct oom_series_point *last = &s->points[s->n ? s->n - 1 : 0];

	return !s->n || point->at_ms - last->at_ms >= s->every_ms ||
	       distance(point->job_kib, last->job_kib) >= s->every_kib ||
	       distance(point->anon_kib, last->anon_kib) >= s->every_kib ||
	       distance(point->shmem_kib, last->shmem_kib) >= s->every_kib;
}

void oom_record_usage(struct oom_record *r, const struct oom_series_point *now,
		      bool always)
{
	struct oom_series_point point = *now;
	struct oom_series *s = &r->whole;

	SEAL(&point);
	if (always || is_news(s, &point)) {
		if (s->n >= OOM_SERIES_MAX)
			halve_series(s);
		s->points[s->n] = point;
		atomic_signal_fence(memory_order_release);
		s->n++;
	}
	/* The latest, at their full density: nothing is thinned out. */
	s = &r->recent;
	if (!always && !is_news(s, &point))
		return;
	if (s->n >= OOM_SERIES_MAX) {
		memmove(&s->points[0], &s->points[OOM_SERIES_MAX / 4],
			(OOM_SERIES_MAX - OOM_SERIES_MAX / 4) *
				sizeof(s->points[0]));
		s->n -= OOM_SERIES_MAX / 4;
	}
	s->points[s->n] = point;
	atomic_signal_fence(memory_order_release);
	s->n++;
}

/* ---- processes ---- */

static void halve_track(struct oom_track *t)
{
	uint32_t kept = 0;

	/* The first one too: where it began. */
	for (uint32_t i = 0; i < t->n; i += 2)
		t->points[kept++] = t->points[i];
	t->n = kept;
	t->every_ms *= t->every_ms < (1U << 30) ? 2 : 1;
	t->every_kib *= t->every_kib < (1U << 30) ? 2 : 1;
}

static struct oom_track *find_track(struct oom_record *r, uint32_t pid)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++)
		if (r->tracks[i].pid == pid)
			return &r->tracks[i];
	return NULL;
}

/* How much is lost with a slot: the dead are told by when they died. */
static bool is_lesser(const struct oom_track *a, const struct oom_track *b)
{
	if (!a->pid || !b->pid)
		return !a->pid && b->pid;
	if (!a->gone_ms != !b->gone_ms)
		return a->gone_ms != 0;
	if (a->gone_ms)
		return a->gone_ms < b->gone_ms;
	return a->points[a->n ? a->n - 1 : 0].anon_kib <
	       b->points[b->n ? b->n - 1 : 0].anon_kib;
}

/* Nothing was seen yet of what runs there now. */
static void begin_track(const struct oom_record *r, struct oom_track *t)
{
	uint32_t part = oom_u32(r->limit_kib / TRACK_PARTS);

	t->n = 0;
	t->peak_kib = 0;
	t->every_ms = EVERY_MS_FIRST;
	t->every_kib = part > EVERY_KIB_MIN ? part : EVERY_KIB_MIN;
}

static struct oom_track *make_track(struct oom_record *r,
				    const struct oom_proc *proc)
{
	struct oom_track *t = &r->tracks[0];

	for (unsigned int i = 1; i < OOM_TRACKS_MAX; i++)
		if (is_lesser(&r->tracks[i], t))
			t = &r->tracks[i];
	if (t->pid && !t->gone_ms && t->n &&
	    t->points[t->n - 1].anon_kib >= proc->anon_kib)
		return NULL;
	memset(t, 0, sizeof(*t));
	t->pid = proc->pid;
	begin_track(r, t);
	return t;
}

void oom_record_process(struct oom_record *r, const struct oom_proc *proc,
			uint32_t at_ms, bool always)
{
	struct oom_track *t = find_track(r, proc->pid);
	struct oom_track_point point = {
		.at_ms = at_ms,
		.anon_kib = oom_u32(proc->anon_kib),
		.shared_kib = oom_u32(proc->shared_kib),
		.data_kib = oom_u32(proc->data_kib),
		.read_kib = oom_u32(proc->read_kib),
		.user_ms = oom_u32(proc->user_ms),
		.system_ms = oom_u32(proc->system_ms),
		.wait_ms = oom_u32(proc->wait_ms),
		.sleeps = oom_u32(proc->sleeps),
	};
	const struct oom_track_point *last;

	if (!proc->pid)
		return;
	/* A pid that came again, or another program in it (exec). */
	if (t && (t->start_ticks != proc->start_ticks ||
		  strncmp(t->name, proc->name, sizeof(t->name)) != 0)) {
		if (t->start_ticks != proc->start_ticks)
			t->ppid = 0;
		begin_track(r, t);
	}
	if (!t)
		t = make_track(r, proc);
	if (!t)
		return;
	/* The first one seen: an orphan's is somebody else's. */
	if (!t->ppid)
		t->ppid = proc->ppid;
	t->start_ticks = proc->start_ticks;
	memcpy(t->name, proc->name, sizeof(t->name));
	t->threads = proc->threads;
	t->virtual_kib = oom_u32(proc->virtual_kib);
	t->gone_ms = 0;
	if (point.anon_kib > t->peak_kib)
		t->peak_kib = point.anon_kib;
	last = t->n ? &t->points[t->n - 1] : NULL;
	/* A thread that ended took its own along. */
	if (last && last->sleeps > point.sleeps)
		point.sleeps = last->sleeps;
	if (last && last->wait_ms > point.wait_ms)
		point.wait_ms = last->wait_ms;
	SEAL(&point);
	if (last && !always && at_ms - last->at_ms < t->every_ms &&
	    distance(point.anon_kib, last->anon_kib) < t->every_kib &&
	    distance(point.data_kib, last->data_kib) < t->every_kib) {
		/* The last one is always the latest look. */
		if (t->n > 1 &&
		    at_ms - t->points[t->n - 2].at_ms < t->every_ms &&
		    distance(point.anon_kib, t->points[t->n - 2].anon_kib) <
			    t->every_kib &&
		    distance(point.data_kib, t->points[t->n - 2].data_kib) <
			    t->every_kib) {
			t->points[t->n - 1] = point;
			return;
		}
	}
	if (t->n >= OOM_TRACK_POINTS)
		halve_track(t);
	t->points[t->n] = point;
	atomic_signal_fence(memory_order_release);
	t->n++;
}

void oom_record_gone(struct oom_record *r, uint32_t pid, uint32_t at_ms)
{
	struct oom_track *t = find_track(r, pid);

	if (pid && t && !t->gone_ms)
		t->gone_ms = at_ms ? at_ms : 1;
}

void oom_record_census(struct oom_record *r, const struct oom_proc *procs,
		       unsigned int n, uint32_t n_processes, uint32_t at_ms)
{
	for (unsigned int i = 0; i < OOM_CENSUS_MAX; i++) {
		struct oom_census_entry *e = &r->census[i];

		memset(e, 0, sizeof(*e));
		if (i >= n)
			continue;
		e->pid = procs[i].pid;
		e->ppid = procs[i].ppid;
		e->anon_kib = oom_u32(procs[i].anon_kib);
		e->shared_kib = oom_u32(procs[i].shared_kib);
		memcpy(e->name, procs[i].name, sizeof(e->name));
		SEAL(e);
	}
	r->n_processes = n_processes;
	r->census_ms = at_ms;
}

/* ---- files ---- */

/* NULL: there is none for a pipe, which takes no file's. */
static struct oom_record_file *file_slot(struct oom_record *r, uint32_t pid,
					 const struct oom_open_file *file)
{
	struct oom_record_file *slot = &r->files[0];

	for (unsigned int i = 0; i < OOM_FILES_MAX; i++)
		if (r->files[i].pid == pid &&
		    !strncmp(r->files[i].path, file->path,
			     sizeof(file->path) - 1))
			return &r->files[i];
	/* A free one, or the one that has not moved for the longest. */
	for (unsigned int i = 0; i < OOM_FILES_MAX; i++) {
		if (!r->files[i].pid) {
			slot = &r->files[i];
			break;
		}
		if (r->files[i].last_ms < slot->last_ms)
			slot = &r->files[i];
	}
	if (slot->pid && !strncmp(file->path, "pipe:", 5))
		return NULL;
	memset(slot, 0, sizeof(*slot));
	return slot;
}

void oom_record_file(struct oom_record *r, uint32_t pid,
		     const struct oom_open_file *file, uint32_t at_ms)
{
	struct oom_record_file *f;

	if (!pid)
		return;
	f = file_slot(r, pid, file);
	if (!f)
		return;
	if (!f->pid) {
		f->pid = pid;
		f->writes = file->writes;
		f->first_position = f->position = file->position;
		f->first_ms = f->last_ms = at_ms;
		oom_span_copy(oom_span(file->path), f->path, sizeof(f->path));
	} else if (file->position != f->position) {
		f->position = file->position;
		f->last_ms = at_ms;
		f->moves++;
	}
	SEAL(f);
}

void oom_record_kills(struct oom_record *r, uint64_t kills, uint32_t at_ms)
{
	uint32_t n = r->n_moments;

	if (n && r->moments[n - 1].kills >= kills)
		return;
	if (n >= OOM_MOMENTS_MAX)
		n = OOM_MOMENTS_MAX - 1; /* the last one is overwritten */
	r->moments[n].at_ms = at_ms;
	r->moments[n].kills = oom_u32(kills);
	r->n_moments = n + 1;
}

/* ---- places in code ---- */

static bool is_site(const struct oom_site *a, const struct oom_site *b)
{
	return a->pid == b->pid && a->ip == b->ip &&
	       !memcmp(a->callers, b->callers, sizeof(a->callers));
}

static uint32_t sum(uint32_t a, uint32_t b)
{
	return oom_u32((uint64_t)a + b);
}

/* ---- places by name ---- */

static struct oom_place *find_place(struct oom_record *r, uint32_t pid,
				    uint32_t kind, const char *text)
{
	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++) {
		struct oom_place *p = &r->places[i];

		if (p->pid == pid && p->kind == kind &&
		    !strncmp(p->text, text, sizeof(p->text)))
			return p;
	}
	return NULL;
}

/* A free slot, or the smallest of those that nothing is added up in. */
static struct oom_place *free_place(struct oom_record *r)
{
	struct oom_place *slot = NULL;

	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++) {
		struct oom_place *p = &r->places[i];

		if (!p->pid)
			return p;
		if (p->text[0] && (!slot || p->kib < slot->kib))
			slot = p;
	}
	return slot;
}

static void add_place(struct oom_place *to, const struct oom_place *more)
{
	to->kib = sum(to->kib, more->kib);
	to->late_kib = sum(to->late_kib, more->late_kib);
	to->looks += more->looks;
	if (more->first_ms < to->first_ms)
		to->first_ms = more->first_ms;
	if (more->last_ms > to->last_ms)
		to->last_ms = more->last_ms;
	SEAL(to);
}

static bool has_python(const struct oom_record *r, uint32_t pid)
{
	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++)
		if (r->places[i].pid == pid &&
		    r->places[i].kind == OOM_PLACE_PYTHON)
			return true;
	return false;
}

static void drop_native(struct oom_record *r, uint32_t pid)
{
	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++)
		if (r->places[i].pid == pid &&
		    r->places[i].kind == OOM_PLACE_NATIVE)
			memset(&r->places[i], 0, sizeof(r->places[i]));
}

void oom_record_place(struct oom_record *r, const struct oom_place *place)
{
	struct oom_place *slot =
		find_place(r, place->pid, place->kind, place->text);
	struct oom_place lost;

	if (!place->pid ||
	    (place->kind == OOM_PLACE_NATIVE && has_python(r, place->pid)))
		return;
	if (place->kind == OOM_PLACE_PYTHON)
		drop_native(r, place->pid);
	if (slot) {
		add_place(slot, place);
		return;
	}
	slot = free_place(r);
	/* All slots are sums of processes: no name is to be had any more. */
	if (!slot)
		return;
	lost = *slot;
	*slot = *place;
	SEAL(slot);
	if (!lost.pid || !lost.text[0])
		return;
	/* What it lost its name for is growth still. */
	lost.text[0] = '\0';
	slot = find_place(r, lost.pid, lost.kind, "");
	if (slot)
		add_place(slot, &lost);
}

#define NO_GROWTH UINT32_MAX /* for a site's name */

/* Which place a site is of: a number that is neither 0 nor that. */
static uint32_t name_of(const char *text)
{
	uint32_t sum_ = 0x811c9dc5;

	for (size_t i = 0; i < OOM_PLACE_LEN && text[i]; i++)
		sum_ = (sum_ ^ (unsigned char)text[i]) * 0x01000193;
	return sum_ && sum_ != NO_GROWTH ? sum_ : 1;
}

/* What the site grew by, for a place. */
static struct oom_place nameless(const struct oom_site *site)
{
	return (struct oom_place){
		.pid = site->pid,
		.kind = OOM_PLACE_NATIVE,
		.kib = site->own_kib,
		.late_kib = site->own_late_kib,
		.first_ms = site->first_ms,
		.last_ms = site->last_ms,
		.looks = site->own_samples,
	};
}

/* Where its growth goes, once it has a name. */
static int find_named(const struct oom_record *r, const struct oom_site *site)
{
	for (int i = 0; site->named && i < OOM_PLACES_MAX; i++) {
		const struct oom_place *p = &r->places[i];

		if (p->pid == site->pid && p->kind == OOM_PLACE_NATIVE &&
		    name_of(p->text) == site->named)
			return i;
	}
	return -1;
}

static struct oom_place *place_of(struct oom_record *r,
				  const struct oom_site *site)
{
	int i = find_named(r, site);

	return i < 0 ? NULL : &r->places[i];
}

bool oom_record_is_shared(const struct oom_record *r,
			  const struct oom_site *site)
{
	static const char end[] = "\tshared";
	int i = find_named(r, site);
	size_t len = i < 0 ? 0 : strnlen(r->places[i].text, OOM_PLACE_LEN);

	return len >= strlen(end) &&
	       !memcmp(&r->places[i].text[len - strlen(end)], end, strlen(end));
}

static void lower(uint32_t *kib, uint32_t *late_kib, uint64_t by)
{
	*kib -= by < *kib ? (uint32_t)by : *kib;
	if (*late_kib > *kib)
		*late_kib = *kib;
}

/* By as much as `more` has, at a place that has a name, or not. */
static void grew(struct oom_record *r, const struct oom_site *site,
		 const struct oom_site *more)
{
	struct oom_place place = nameless(more);
	const struct oom_place *named;

	if (!more->own_kib || site->named == NO_GROWTH)
		return;
	named = place_of(r, site);
	if (named)
		memcpy(place.text, named->text, sizeof(place.text));
	oom_record_place(r, &place);
}

bool oom_record_has_name(const struct oom_site *site)
{
	return site->named && site->named != name_of("") &&
	       site->named != NO_GROWTH;
}

void oom_record_unnamed(struct oom_record *r, struct oom_site *site)
{
	struct oom_place *named = place_of(r, site);
	struct oom_place moved = nameless(site);

	site->named = name_of("");
	SEAL(site);
	if (!named || !named->text[0])
		return;
	lower(&named->kib, &named->late_kib, moved.kib);
	SEAL(named);
	oom_record_place(r, &moved);
}

void oom_record_no_growth(struct oom_record *r, struct oom_site *site)
{
	oom_record_given_back(r, site, site->own_kib);
	site->named = NO_GROWTH;
	SEAL(site);
}

void oom_record_not_kept(struct oom_record *r, uint32_t pid, const char *text,
			 bool unmapped)
{
	struct oom_place *place = find_place(r, pid, OOM_PLACE_PYTHON, text);
	struct oom_place moved;

	if (!place || !place->looks)
		return;
	moved = *place;
	moved.kind = unmapped ? OOM_PLACE_GONE : OOM_PLACE_GIVEN;
	moved.kib = place->kib / place->looks;
	moved.late_kib = place->late_kib / place->looks;
	moved.looks = 1;
	place->kib -= moved.kib;
	place->late_kib -= moved.late_kib;
	place->looks--;
	SEAL(place);
	oom_record_place(r, &moved);
}

void oom_record_given_back(struct oom_record *r, struct oom_site *site,
			   uint64_t kib)
{
	struct oom_place *place = place_of(r, site);

	if (!place && site->named != NO_GROWTH)
		place = find_place(r, site->pid, OOM_PLACE_NATIVE, "");
	lower(&site->own_kib, &site->own_late_kib, kib);
	SEAL(site);
	if (!place)
		return;
	lower(&place->kib, &place->late_kib, kib);
	SEAL(place);
}

struct oom_site *oom_record_site(struct oom_record *r,
				 const struct oom_site *site)
{
	struct oom_site *slot = &r->sites[0];
	uint64_t pages;

	r->fault_pages += site->pages;
	for (unsigned int i = 0; i < OOM_SITES_MAX; i++) {
		struct oom_site *s = &r->sites[i];

		if (is_site(s, site)) {
			s->pages += site->pages;
			s->last_ms = site->last_ms;
			s->own_kib = sum(s->own_kib, site->own_kib);
			s->own_late_kib =
				sum(s->own_late_kib, site->own_late_kib);
			s->own_samples += site->own_samples;
			SEAL(s);
			grew(r, s, site);
			return s;
		}
		if (s->pages < slot->pages)
			slot = s;
	}
	/* Space saving: the new one takes over the count of the smallest, so
	 * that what comes often stays (Metwally, 2005). */
	pages = slot->pid ? slot->pages : 0;
	*slot = *site;
	slot->pages += pages;
	slot->named = 0;
	SEAL(slot);
	grew(r, slot, site);
	return slot;
}

/* Takes it out of what has no name. */
static void take_out(struct oom_record *r, const struct oom_place *named)
{
	struct oom_place *rest =
		find_place(r, named->pid, OOM_PLACE_NATIVE, "");

	if (!rest)
		return;
	rest->kib -= named->kib < rest->kib ? named->kib : rest->kib;
	rest->late_kib -= named->late_kib < rest->late_kib ? named->late_kib
							   : rest->late_kib;
	rest->looks -= named->looks < rest->looks ? named->looks : rest->looks;
	SEAL(rest);
}

static const char *const java_words[] = {
	[OOM_JAVA_COMMAND] = "java",
	[OOM_JAVA_ENVIRONMENT] = "javaenv",
	[OOM_JAVA_RESERVED] = "javaown",
};

bool oom_record_java_source(struct oom_span word, enum oom_java_source *ret)
{
	for (unsigned int i = 0; i <= OOM_JAVA_RESERVED; i++)
		if (oom_span_is(word, java_words[i])) {
			*ret = i;
			return true;
		}
	return false;
}

const char *oom_record_java_word(uint32_t source)
{
	return java_words[source <= OOM_JAVA_RESERVED ? source : 0];
}

void oom_record_named(struct oom_record *r, struct oom_site *site,
		      const char *text)
{
	struct oom_place place = nameless(site);

	oom_span_copy(oom_span(text), place.text, sizeof(place.text));
	site->named = name_of(place.text);
	SEAL(site);
	if (!text[0])
		return;
	take_out(r, &place);
	oom_record_place(r, &place);
}

void oom_record_grown(struct oom_record *r, uint32_t pid, uint32_t at_ms,
		      uint64_t more_kib)
{
	struct oom_track *t = find_track(r, pid);
	struct oom_track_point point;

	if (!pid || !t || !t->n || t->points[t->n - 1].at_ms > at_ms ||
	    more_kib < t->every_kib)
		return;
	if (t->n >= OOM_TRACK_POINTS)
		halve_track(t);
	point = t->points[t->n - 1];
	point.at_ms = at_ms;
	point.anon_kib = oom_u32((uint64_t)point.anon_kib + more_kib);
	/* Touched is not asked for: that was seen at the last look, or more. */
	if (point.data_kib < point.anon_kib)
		point.data_kib = point.anon_kib;
	SEAL(&point);
	t->points[t->n] = point;
	atomic_signal_fence(memory_order_release);
	t->n++;
}
