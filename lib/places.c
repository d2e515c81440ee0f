// SPDX-License-Identifier: GPL-2.0-or-later
#include "places.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

enum {
	STEP_PARTS = 64,  /* of the limit: a moment of growth... */
	NEAR_PARTS = 256, /* ...and where it is near: */
	NEAR_EIGHTHS = 7, /* of the limit */
	LATE_PARTS = 4,	  /* the last one is late */
	APART_MS = 10, /* moments, doubling while nobody is found to grow... */
	IDLE_MOST = 4, /* ...so often */
	ANSWERS_A_TIME = 16,
	/* A process that is no Python is looked at again after so many moments:
	 * it may have started another program, or mapped more libraries. */
	SKIP = 8,
	ASKED_MS = 5000, /* by then an answer was lost */
	PAGE_KIB = 4,
	CHURN = 3, /* times what it keeps: more than a doubling array */
};

/* ---- the program ---- */

static void start(struct oom_places *p)
{
	p->tried = true;
	p->spec.program_fd = -1;
	for (size_t i = 0;
	     p->programs && p->programs[i] && p->spec.program_fd < 0; i++)
		if (p->programs[i][0])
			p->spec.program_fd =
				open(p->programs[i], O_PATH | O_CLOEXEC);
	if (p->spec.program_fd < 0)
		return;
	p->runs = !oom_namer_start(&p->namer, &p->spec);
	(void)close(p->spec.program_fd);
}

/* It has died, or is not to be had: what was asked for does not come. */
static void give_up(struct oom_places *p, struct oom_record *record)
{
	if (p->runs)
		oom_namer_stop(&p->namer);
	p->runs = false;
	p->n_due = 0;
	atomic_store(&record->names_due, 0);
}

/* ---- answers ---- */

static struct oom_places_grower *find_grower(struct oom_places *p, uint64_t pid)
{
	for (unsigned int i = 0; pid && i < OOM_TRACKS_MAX; i++)
		if (p->growers[i].pid == pid)
			return &p->growers[i];
	return NULL;
}

static bool is_late(uint64_t usage_kib, uint64_t limit_kib)
{
	return usage_kib >= limit_kib - limit_kib / LATE_PARTS;
}

/* A look was answered: what the process grew by before it was for there. */
static void take_look(struct oom_places *p, struct oom_record *record,
		      uint64_t pid, uint32_t kind, struct oom_span text)
{
	struct oom_places_grower *g = find_grower(p, pid);
	struct oom_place place = {
		.kind = kind,
		.first_ms = p->at_ms,
		.last_ms = p->at_ms,
		.looks = 1,
	};

	if (!g || !g->asked)
		return;
	g->asked = false;
	if (!kind && g->is != OOM_GROWER_PYTHON) {
		g->is = OOM_GROWER_NATIVE;
		g->skip = SKIP;
		return;
	}
	g->is = OOM_GROWER_PYTHON;
	if (!kind)
		place.kind = OOM_PLACE_PYTHON; /* that did not show */
	place.pid = g->pid;
	place.kib = oom_u32(g->asked_kib);
	if (is_late(p->usage_kib, record->limit_kib))
		place.late_kib = place.kib;
	oom_span_copy(text, place.text, sizeof(place.text));
	oom_record_place(record, &place);
}

static struct oom_site *due_site(const struct oom_places *p,
				 struct oom_record *record)
{
	for (unsigned int i = 0; i < OOM_SITES_MAX; i++) {
		struct oom_site *s = &record->sites[i];

		if (s->pid == p->due[0].pid && s->ip == p->due[0].ip &&
		    !memcmp(s->callers, p->due[0].callers, sizeof(s->callers)))
			return s;
	}
	return NULL;
}

/* The oldest question, as the program answers in order. */
static void take_name(struct oom_places *p, struct oom_record *record,
		      uint64_t pid, struct oom_span text)
{
	char name[OOM_PLACE_LEN];
	struct oom_site *site;

	if (!p->n_due || p->due[0].pid != pid)
		return;
	site = due_site(p, record);
	oom_span_copy(text, name, sizeof(name));
	if (site && !site->named)
		oom_record_named(record, site, name);
	p->n_due--;
	memmove(&p->due[0], &p->due[1], p->n_due * sizeof(p->due[0]));
	atomic_store(&record->names_due, p->n_due);
}

/* For the program: that place in the code, callers included. */
static uint64_t number_of(const struct oom_site *site)
{
	uint64_t number = site->ip;

	for (unsigned int i = 0; i < OOM_SITE_CALLERS; i++)
		number = number * 31 + site->callers[i];
	return number;
}

/* Who touched it first does not keep it: its name goes, its growth stays, unless
 * that is none. */
static void take_free(struct oom_record *record, uint64_t pid,
		      struct oom_span number,
		      void (*change)(struct oom_record *, struct oom_site *))
{
	uint64_t value;

	if (oom_parse_u64(number, &value))
		return;
	for (unsigned int i = 0; i < OOM_SITES_MAX; i++)
		if (record->sites[i].pid == pid &&
		    number_of(&record->sites[i]) == value)
			change(record, &record->sites[i]);
}

/* It touches far more than it keeps: arrays that come and go.  Otherwise what was
 * unmapped may be an array that moved as it grew. */
static bool churns(struct oom_places *p, uint64_t pid)
{
	const struct oom_places_grower *g = find_grower(p, pid);

	return g && g->anon_kib > g->first_kib && g->faults > g->first_faults &&
	       (g->faults - g->first_faults) * PAGE_KIB >
		       (g->anon_kib - g->first_kib) * CHURN;
}

/* What one look saw there is not kept there. */
static void take_gone(struct oom_record *record, uint64_t pid,
		      struct oom_span text, bool unmapped)
{
	char name[OOM_PLACE_LEN];

	oom_span_copy(text, name, sizeof(name));
	if (pid <= INT32_MAX)
		oom_record_not_kept(record, (uint32_t)pid, name, unmapped);
}

static void take_heap(struct oom_record *record, uint64_t pid,
		      enum oom_java_source source, struct oom_span text)
{
	uint64_t bytes;

	if (oom_parse_u64(text, &bytes) || pid > INT32_MAX)
		return;
	record->java_pid = (uint32_t)pid;
	record->java_heap_kib = oom_u32(bytes / 1024);
	record->java_source = source;
}

/* What stands behind the words: FUNCTION may be empty. */
static struct oom_span rest_of(struct oom_span line)
{
	(void)oom_span_skip(&line, " ");
	return line;
}

static void take(struct oom_places *p, struct oom_record *record,
		 struct oom_span line)
{
	struct oom_span word, number, leaf, none = { line.ptr, 0 };
	enum oom_java_source source;
	uint64_t pid;

	if (!oom_next_word(&line, &word) || !oom_next_word(&line, &number) ||
	    oom_parse_u64(number, &pid))
		return;
	if (oom_span_is(word, "python"))
		take_look(p, record, pid, OOM_PLACE_PYTHON, rest_of(line));
	else if (oom_span_is(word, "asleep"))
		take_look(p, record, pid, OOM_PLACE_ASLEEP, rest_of(line));
	else if (oom_span_is(word, "gone") && churns(p, pid))
		take_gone(record, pid, rest_of(line), true);
	else if (oom_span_is(word, "given"))
		take_gone(record, pid, rest_of(line), false);
	else if (oom_record_java_source(word, &source))
		take_heap(record, pid, source, rest_of(line));
	else if (oom_span_is(word, "place") && oom_next_word(&line, &leaf))
		take_name(p, record, pid, rest_of(line));
	else if (oom_span_is(word, "free") && oom_next_word(&line, &leaf))
		take_free(record, pid, leaf, oom_record_unnamed);
	else if (oom_span_is(word, "away") && oom_next_word(&line, &leaf) &&
		 churns(p, pid))
		take_free(record, pid, leaf, oom_record_no_growth);
	else if (oom_span_is(word, "nothing") && oom_next_word(&line, &leaf))
		take_name(p, record, pid, none);
	else if (oom_span_is(word, "nothing"))
		take_look(p, record, pid, 0, none);
}

/* Not inlined: most steps never need its stack. */
static void __attribute__((noinline))
take_answers(struct oom_places *p, struct oom_record *record)
{
	char packet[OOM_NAMER_PACKET];

	for (int i = 0; p->runs && i < ANSWERS_A_TIME; i++) {
		struct oom_span answer = oom_namer_take(&p->namer, packet);

		if (!answer.len)
			break;
		take(p, record, answer);
	}
	if (p->runs && p->namer.socket_fd < 0)
		give_up(p, record);
}

/* ---- questions ---- */

_Static_assert(1 + OOM_SITE_CALLERS + OOM_GROWTH_STACK_WORDS <= OOM_NAMER_CHAIN,
	       "a chain has room");

static bool is_moment(struct oom_places *p, const struct oom_places_view *v)
{
	bool near = v->usage_kib >= v->limit_kib / 8 * NEAR_EIGHTHS;
	uint64_t step = v->limit_kib / (near ? NEAR_PARTS : STEP_PARTS);

	/* What was given back is growth when it comes again. */
	if (!p->begun || !v->worth || v->usage_kib < p->usage_kib)
		p->usage_kib = v->usage_kib;
	if (!p->begun || !v->worth || v->shmem_kib < p->shmem_kib) {
		p->shmem_kib = v->shmem_kib;
		p->files_kib = 0;
	}
	p->begun = true;
	return v->worth &&
	       p->looks < (near ? OOM_PLACES_LOOKS : OOM_PLACES_EARLY) &&
	       v->usage_kib >= p->usage_kib + step &&
	       v->at_ms - p->at_ms >= (uint32_t)APART_MS << p->idle;
}

static enum oom_grown mostly(const struct oom_places_grower *g)
{
	enum oom_grown by = OOM_GROWN_OWN;

	for (enum oom_grown i = 0; i < OOM_GROWN_KINDS; i++)
		if (g->grown_kib[i] > g->grown_kib[by])
			by = i;
	return by;
}

static uint64_t most_of(const struct oom_places_grower *g)
{
	return g->grown_kib[mostly(g)];
}

/* Its own slot, or that of who is gone, or grew least. */
static struct oom_places_grower *slot_of(struct oom_places *p,
					 const struct oom_places_view *v,
					 const struct oom_proc *proc)
{
	struct oom_places_grower *slot = find_grower(p, proc->pid);
	uint64_t least = UINT64_MAX;

	if (slot)
		return slot;
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = &p->growers[i];
		bool here = false;

		for (unsigned int j = 0; j < v->n && j < OOM_TRACKS_MAX; j++)
			here = here || v->procs[j].pid == g->pid;
		if (here || most_of(g) >= least)
			continue;
		slot = g;
		least = g->pid ? most_of(g) : 0;
	}
	if (slot)
		*slot = (struct oom_places_grower){
			.pid = proc->pid,
			.anon_kib = proc->anon_kib,
			.shared_kib = proc->shared_kib,
			.written_kib = proc->written_kib,
			.first_kib = proc->anon_kib,
			.first_faults = proc->faults,
			.faults = proc->faults,
			.looked_faults = proc->faults,
		};
	if (slot)
		(void)oom_proc_shmem(v->proc_fd, proc->pid, &slot->shmem_kib);
	return slot;
}

static uint64_t more(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* How much more shared memory, and files in memory, it has mapped. */
static uint64_t mapped_more(struct oom_places_grower *g, int proc_fd,
			    uint64_t shared_kib)
{
	uint64_t before = g->shmem_kib;

	if (shared_kib != g->shared_kib)
		(void)oom_proc_shmem(proc_fd, g->pid, &g->shmem_kib);
	g->shared_kib = shared_kib;
	return more(g->shmem_kib, before);
}

/* Its part of `whole`, as far as all parts are not more than `most`. */
static uint64_t part_of(uint64_t part, uint64_t whole, uint64_t most)
{
	if (whole <= most)
		return part;
	return (uint64_t)((double)part / (double)whole * (double)most);
}

/*
 * What the step's files in memory grew by and nobody maps was written: by who
 * wrote as much.  memory.stat may be seconds old (kernel, mm/memcontrol.c,
 * FLUSH_TIME), and the processes were looked at later: what is not put down to
 * somebody waits until they were.
 */
static void measure_written(struct oom_places *p,
			    const struct oom_places_view *v,
			    uint64_t mapped_kib)
{
	uint64_t written[OOM_TRACKS_MAX] = { 0 }, all = 0;
	int64_t left = p->files_kib +
		       (int64_t)more(v->shmem_kib, p->shmem_kib) -
		       (int64_t)mapped_kib;

	p->shmem_kib = v->shmem_kib;
	for (unsigned int i = 0; i < v->n && i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = find_grower(p, v->procs[i].pid);

		if (!g)
			continue;
		written[i] = more(v->procs[i].written_kib, g->written_kib);
		g->written_kib = v->procs[i].written_kib;
		all += written[i];
	}
	p->files_kib = left;
	if (!all || left <= 0)
		return;
	for (unsigned int i = 0; i < v->n && i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = find_grower(p, v->procs[i].pid);

		if (g)
			g->grown_kib[OOM_GROWN_WRITTEN] +=
				part_of(written[i], all, (uint64_t)left);
	}
	/* What they have not written was somebody else's. */
	p->files_kib = 0;
}

/* `grown_kib`: by so much the usage has grown. */
static void measure(struct oom_places *p, const struct oom_places_view *v,
		    uint64_t grown_kib)
{
	uint64_t mapped[OOM_TRACKS_MAX] = { 0 }, own = 0, all = 0, room;

	for (unsigned int i = 0; i < v->n && i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = slot_of(p, v, &v->procs[i]);
		struct oom_proc now = { .pid = 0 };

		if (!g || oom_proc_sizes(v->proc_fd, g->pid, &now))
			continue;
		own += more(now.anon_kib, g->anon_kib);
		g->grown_kib[OOM_GROWN_OWN] += more(now.anon_kib, g->anon_kib);
		g->anon_kib = now.anon_kib;
		g->faults = v->procs[i].faults;
		mapped[i] = mapped_more(g, v->proc_fd, now.shared_kib);
		all += mapped[i];
	}
	/* To map what is there already is no growth. */
	room = more(grown_kib, own);
	for (unsigned int i = 0; i < v->n && i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = find_grower(p, v->procs[i].pid);

		if (g && mapped[i])
			g->grown_kib[OOM_GROWN_MAPPED] +=
				part_of(mapped[i], all, room);
	}
	measure_written(p, v, all < room ? all : room);
}

static struct oom_places_grower *find_most(struct oom_places *p)
{
	struct oom_places_grower *most = NULL;

	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = &p->growers[i];

		if (g->pid && !g->asked && !g->skip &&
		    (!most || most_of(g) > most_of(most)))
			most = g;
	}
	return most;
}

/* With its page faults, where there are any to be had: they are for Python. */
static int look_at(struct oom_places *p, const struct oom_faults *faults,
		   const struct oom_places_grower *g, enum oom_grown by)
{
	uint32_t tid = g->is == OOM_GROWER_NATIVE || by == OOM_GROWN_WRITTEN
			       ? 0
			       : oom_faults_thread(faults, g->pid);
	int fd = tid ? oom_growth_open_one((pid_t)tid) : -1;
	int rc = oom_namer_look(&p->namer, &p->spec, g->pid, by,
				more(g->faults, g->looked_faults), fd);

	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static void look_at_growers(struct oom_places *p,
			    const struct oom_faults *faults,
			    const struct oom_places_view *v)
{
	uint64_t least = v->limit_kib / NEAR_PARTS / 2;

	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		struct oom_places_grower *g = &p->growers[i];

		if (g->skip)
			g->skip--;
		if (v->at_ms - g->asked_ms > ASKED_MS)
			g->asked = false;
	}
	for (int turn = 0; turn < 2; turn++) {
		struct oom_places_grower *g = find_most(p);
		enum oom_grown by;

		if (!g || !most_of(g) || most_of(g) < least)
			return;
		by = mostly(g);
		p->idle = 0;
		least = g->grown_kib[by] / 2;
		if (!p->tried)
			start(p);
		if (!p->runs)
			return;
		if (look_at(p, faults, g, by)) {
			/* Gone, or not the user's to look at. */
			g->skip = SKIP;
			continue;
		}
		p->looks++;
		g->looked = true;
		g->asked = true;
		g->asked_ms = v->at_ms;
		g->looked_faults = g->faults;
		g->asked_kib = g->grown_kib[by];
		g->grown_kib[by] = 0;
	}
}

/* The site without a name that has grown most, of a process looked at. */
static struct oom_site *find_nameless(struct oom_places *p,
				      struct oom_record *record)
{
	struct oom_site *most = NULL;

	for (unsigned int i = 0; i < OOM_SITES_MAX; i++) {
		struct oom_site *s = &record->sites[i];
		const struct oom_places_grower *g = find_grower(p, s->pid);
		bool due = false;

		for (uint32_t j = 0; j < p->n_due; j++)
			due = due || (p->due[j].pid == s->pid &&
				      p->due[j].ip == s->ip &&
				      !memcmp(p->due[j].callers, s->callers,
					      sizeof(s->callers)));
		if (!s->pid || !s->ip || !s->own_kib || s->named || due || !g ||
		    !g->looked || g->is == OOM_GROWER_PYTHON)
			continue;
		if (!most || s->own_kib > most->own_kib)
			most = s;
	}
	return most;
}

static bool __attribute__((noinline))
ask(struct oom_places *p, const struct oom_record *record,
    const struct oom_faults *faults, const struct oom_site *site)
{
	const struct oom_stack *stack = oom_faults_stack(faults, site);
	struct oom_namer_frame frames[OOM_NAMER_CHAIN + OOM_NAMER_REGISTERS];
	size_t n = 0;

	frames[n++] = (struct oom_namer_frame){
		't', faults->touched[site - record->sites]
	};
	if (stack && stack->stack) {
		frames[n++] = (struct oom_namer_frame){ 's', stack->stack };
		frames[n++] = (struct oom_namer_frame){ 'b', stack->frame };
	}
	frames[n++] = (struct oom_namer_frame){ 'l', site->ip };
	for (unsigned int i = 0; i < OOM_SITE_CALLERS && site->callers[i]; i++)
		frames[n++] = (struct oom_namer_frame){ 'c', site->callers[i] };
	for (uint32_t i = 0; stack && i < stack->n_words; i++)
		frames[n++] = (struct oom_namer_frame){ 'w', stack->words[i] };
	if (oom_namer_ask(&p->namer, site->pid, frames, n))
		return false;
	p->due[p->n_due].pid = site->pid;
	p->due[p->n_due].ip = site->ip;
	memcpy(p->due[p->n_due].callers, site->callers, sizeof(site->callers));
	p->n_due++;
	return true;
}

/* Those with a name that have touched more since the last time. */
static void watch_sites(struct oom_places *p, const struct oom_record *record,
			const struct oom_faults *faults)
{
	for (unsigned int i = 0; i < OOM_SITES_MAX; i++) {
		const struct oom_site *s = &record->sites[i];
		const struct oom_places_grower *g = find_grower(p, s->pid);

		/* A file in memory stays when it is not mapped any more. */
		if (!s->pid || !g || !g->looked ||
		    p->watches == OOM_PLACES_WATCHES ||
		    faults->touched[i] == p->watched[i] ||
		    !oom_record_has_name(s) || oom_record_is_shared(record, s))
			continue;
		p->watched[i] = faults->touched[i];
		if (!oom_namer_watch(&p->namer, s->pid, number_of(s),
				     faults->touched[i]))
			p->watches++;
	}
}

static void ask_for_names(struct oom_places *p, struct oom_record *record,
			  const struct oom_faults *faults)
{
	while (p->n_due < OOM_PLACES_DUE) {
		struct oom_site *site = find_nameless(p, record);

		if (!site || !ask(p, record, faults, site))
			break;
	}
	atomic_store(&record->names_due, p->n_due);
}

/* A look is not answered yet. */
static bool is_asked(const struct oom_places *p)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++)
		if (p->growers[i].pid && p->growers[i].asked)
			return true;
	return false;
}

/* ---- the recorder's calls ---- */

void oom_places_follow(struct oom_places *p, struct oom_record *record,
		       const struct oom_faults *faults,
		       const struct oom_places_view *v)
{
	uint64_t grown_kib;

	if (p->runs)
		take_answers(p, record);
	/* The first kill is what will be explained. */
	if (!record->n_moments && (p->runs || !p->tried) && is_moment(p, v)) {
		grown_kib = v->usage_kib - p->usage_kib;
		p->usage_kib = v->usage_kib;
		p->at_ms = v->at_ms;
		if (p->idle < IDLE_MOST)
			p->idle++;
		measure(p, v, grown_kib);
		look_at_growers(p, faults, v);
	}
	if (p->runs) {
		ask_for_names(p, record, faults);
		watch_sites(p, record, faults);
	}
}

void oom_places_end(struct oom_places *p, struct oom_record *record)
{
	struct pollfd fd = { .events = POLLIN };
	uint64_t until_ms = oom_now_ms() + OOM_PLACES_WAIT_MS, now_ms;

	if (!p->runs)
		return;
	take_answers(p, record);
	if (p->runs && record->n_moments && is_asked(p))
		(void)oom_namer_hurry(&p->namer);
	while (p->runs && record->n_moments && (p->n_due || is_asked(p)) &&
	       (now_ms = oom_now_ms()) < until_ms) {
		fd.fd = p->namer.socket_fd;
		(void)poll(&fd, 1, (int)(until_ms - now_ms));
		take_answers(p, record);
	}
	give_up(p, record);
}
