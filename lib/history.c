// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.h"

#include <string.h>

/* A fork that has not touched more than this part of its pages. */
#define FORK_PARTS 32

static uint64_t more(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

const struct oom_track *oom_history_track(const struct oom_findings *f,
					  uint32_t pid)
{
	for (unsigned int i = 0; pid && i < f->history.n_tracks; i++)
		if (f->history.record.tracks[i].pid == pid)
			return &f->history.record.tracks[i];
	return NULL;
}

/*
 * The first kill.  Where the kernel's log has lost that one's report (others
 * on the node have filled it), the one of the report: the last before its
 * victim was missed.
 */
static uint32_t find_moment(const struct oom_findings *f,
			    const struct oom_report *report)
{
	const struct oom_record *r = &f->history.record;
	const struct oom_track *t =
		report ? oom_history_track(f, report->victim.pid) : NULL;
	unsigned int i = r->n_moments - 1;

	if (!t || !t->gone_ms || f->log.n_reports >= r->moments[i].kills)
		return r->moments[0].at_ms;
	while (i && r->moments[i].at_ms > t->gone_ms)
		i--;
	return r->moments[i].at_ms;
}

struct oom_reading oom_kill_ms(const struct oom_findings *f,
			       const struct oom_report *report)
{
	const struct oom_record *r = &f->history.record;
	struct oom_reading when = { 0 };

	/* The recorder's own clock, where it noticed: printk's may be off. */
	if (r->n_moments && r->n_moments <= OOM_MOMENTS_MAX)
		return oom_known(find_moment(f, report));
	if (report && f->start_mono_us.known)
		when = report->when_us;
	if (!when.known || when.value < f->start_mono_us.value)
		return (struct oom_reading){ 0 };
	if (f->now_mono_us.known && when.value > f->now_mono_us.value)
		when = f->now_mono_us;
	return oom_known((when.value - f->start_mono_us.value) / 1000);
}

/* The last moment that is before the kill for certain. */
static uint32_t until(const struct oom_findings *f,
		      const struct oom_report *report)
{
	struct oom_reading kill = oom_kill_ms(f, report);

	if (!kill.known)
		return UINT32_MAX;
	return kill.value ? oom_u32(kill.value - 1) : 0;
}

/* ---- the processes at the kill ---- */

static uint32_t parent_of(const struct oom_findings *f, uint32_t pid)
{
	const struct oom_track *t = oom_history_track(f, pid);

	if (t)
		return t->ppid;
	for (unsigned int i = 0; i < f->history.n_census; i++)
		if (f->history.record.census[i].pid == pid)
			return f->history.record.census[i].ppid;
	return 0;
}

static bool is_task(const struct oom_findings *f, uint32_t pid)
{
	for (unsigned int i = 0; i < f->n_tasks; i++)
		if (f->tasks[i].pid.known && f->tasks[i].pid.value == pid)
			return true;
	return false;
}

static void add_member(const struct oom_findings *f, struct oom_members *ret,
		       uint32_t pid, const char *name, uint64_t bytes)
{
	struct oom_member one = { .pid = pid,
				  .ppid = parent_of(f, pid),
				  .bytes = bytes,
				  .is_task = is_task(f, pid) };
	unsigned int at;

	oom_span_copy(oom_span(name), one.name, sizeof(one.name));
	ret->total_bytes += bytes;
	for (at = 0; at < ret->n; at++)
		if (ret->of[at].bytes < bytes)
			break;
	if (at == OOM_MEMBERS_MAX)
		return;
	if (ret->n < OOM_MEMBERS_MAX)
		ret->n++;
	memmove(&ret->of[at + 1], &ret->of[at],
		(ret->n - 1 - at) * sizeof(ret->of[0]));
	ret->of[at] = one;
}

/*
 * Before 6.8 the kernel's table has a process's own pages and those of files
 * together: what the recorder saw of the latter is taken off.
 */
static uint64_t own_bytes(const struct oom_findings *f,
			  const struct oom_report *report,
			  const struct oom_process *p)
{
	const struct oom_track *t = oom_history_track(f, p->pid);
	uint64_t rss = oom_value_or(p->rss_bytes, 0), shared = 0;

	if (p->anon_bytes.known)
		return p->anon_bytes.value;
	if (p->pid == report->victim.pid && report->victim.anon_bytes.known)
		return report->victim.anon_bytes.value;
	if (t && t->n)
		shared = (uint64_t)t->points[t->n - 1].shared_kib * 1024;
	for (unsigned int i = 0; !t && i < f->history.n_census; i++)
		if (f->history.record.census[i].pid == p->pid)
			shared = (uint64_t)f->history.record.census[i]
					 .shared_kib *
				 1024;
	return more(rss, shared);
}

/*
 * A process that has just forked shows twice until the child runs its own
 * program: all pages are shared, and charged once.
 */
static void drop_fresh_fork(const struct oom_findings *f,
			    const struct oom_report *report,
			    struct oom_members *m)
{
	const struct oom_series_point *last = oom_history_last(f, report);
	struct oom_reading anon = { 0 };
	unsigned int found = 0, n = 0;

	if (report)
		anon = report->memory.anon_bytes;
	if (!anon.known && last)
		anon = oom_known((uint64_t)last->anon_kib * 1024);
	for (unsigned int i = 0; i < m->n; i++) {
		const struct oom_member *parent =
			oom_member_by_pid(m, m->of[i].ppid);

		/* Born after the last look: its parent's twin. */
		for (unsigned int j = 0; !m->of[i].ppid && j < m->n; j++)
			if (j != i && m->of[j].ppid && !parent &&
			    !strcmp(m->of[j].name, m->of[i].name))
				parent = &m->of[j];

		if (!parent || strcmp(parent->name, m->of[i].name) != 0 ||
		    m->of[i].bytes * FORK_PARTS >
			    parent->bytes * (FORK_PARTS + 1) ||
		    m->of[i].bytes * FORK_PARTS <
			    parent->bytes * (FORK_PARTS - 1))
			continue;
		found = i;
		n++;
	}
	/* As much as the charge lacks. */
	if (n != 1 || !anon.known ||
	    more(m->total_bytes, anon.value) * 2 < m->of[found].bytes)
		return;
	m->total_bytes -= m->of[found].bytes;
	m->n--;
	memmove(&m->of[found], &m->of[found + 1],
		(m->n - found) * sizeof(m->of[0]));
}

void oom_members_find(const struct oom_findings *f,
		      const struct oom_report *report, struct oom_members *ret)
{
	const struct oom_history *h = &f->history;

	memset(ret, 0, sizeof(*ret));
	for (unsigned int i = 0; report && i < report->n_rows; i++) {
		const struct oom_process *p =
			&f->log.rows[report->first_row + i];

		/* Other users' processes stand in a node's report. */
		if (f->uid.known && p->uid == f->uid.value)
			add_member(f, ret, p->pid, p->name,
				   own_bytes(f, report, p));
	}
	if (ret->n) {
		drop_fresh_fork(f, report, ret);
		return;
	}
	for (unsigned int i = 0; i < h->n_census; i++)
		add_member(f, ret, h->record.census[i].pid,
			   h->record.census[i].name,
			   (uint64_t)h->record.census[i].anon_kib * 1024);
	/* No table and no look: the one process that the kernel named. */
	if (!ret->n && report && report->victim.rss_bytes.known)
		add_member(f, ret, report->victim.pid, report->victim.name,
			   own_bytes(f, report, &report->victim));
}

const struct oom_member *oom_member_by_pid(const struct oom_members *members,
					   uint32_t pid)
{
	for (unsigned int i = 0; pid && i < members->n; i++)
		if (members->of[i].pid == pid)
			return &members->of[i];
	return NULL;
}

/* ---- over time ---- */

const struct oom_series_point *oom_history_last(const struct oom_findings *f,
						const struct oom_report *report)
{
	const struct oom_series *s = &f->history.record.recent;
	uint32_t end = until(f, report);

	for (uint32_t i = s->n; i; i--)
		if (s->points[i - 1].at_ms <= end)
			return &s->points[i - 1];
	return NULL;
}

static const struct oom_process *row_of(const struct oom_findings *f,
					const struct oom_report *report,
					uint32_t pid)
{
	for (unsigned int i = 0; report && i < report->n_rows; i++)
		if (f->log.rows[report->first_row + i].pid == pid)
			return &f->log.rows[report->first_row + i];
	if (report && report->victim.pid == pid &&
	    report->victim.rss_bytes.known)
		return &report->victim;
	return NULL;
}

bool oom_history_shape(const struct oom_findings *f,
		       const struct oom_report *report,
		       const struct oom_track *track, struct oom_shape *ret)
{
	const struct oom_process *row = row_of(f, report, track->pid);
	struct oom_reading kill = oom_kill_ms(f, report);
	struct oom_track cut = *track;
	struct oom_track_point last = { 0 };
	uint32_t end = until(f, report);

	while (cut.n && cut.points[cut.n - 1].at_ms > end)
		cut.n--;
	if (!row || !kill.known || !cut.n)
		return oom_shape_of(&cut, NULL, ret);
	last = cut.points[cut.n - 1];
	last.at_ms = oom_u32(kill.value);
	if (last.at_ms < cut.points[cut.n - 1].at_ms)
		last.at_ms = cut.points[cut.n - 1].at_ms;
	last.anon_kib = oom_u32(own_bytes(f, report, row) / 1024);
	/* What was asked for after the last look shows in the virtual size. */
	if (row->virtual_bytes.known && track->virtual_kib)
		last.data_kib = oom_u32((uint64_t)last.data_kib +
					more(row->virtual_bytes.value / 1024,
					     track->virtual_kib));
	return oom_shape_of(&cut, &last, ret);
}

static uint64_t anon_at(const struct oom_track *t, uint32_t at_ms)
{
	uint64_t anon = 0;

	for (uint32_t i = 0; i < t->n && t->points[i].at_ms <= at_ms; i++)
		anon = t->points[i].anon_kib;
	return anon;
}

uint64_t oom_history_grown(const struct oom_findings *f,
			   const struct oom_report *report, uint32_t pid,
			   uint32_t since_ms)
{
	const struct oom_track *t = oom_history_track(f, pid);
	const struct oom_process *row;

	if (!t || !t->n)
		return 0;
	if (t->points[0].at_ms > since_ms)
		since_ms = t->points[0].at_ms;
	row = row_of(f, report, pid);
	return more(row ? own_bytes(f, report, row) / 1024
			: anon_at(t, until(f, report)),
		    anon_at(t, since_ms));
}

/* Since when the step used more than half of what it did in the end. */
static uint32_t half_way(const struct oom_findings *f, uint32_t end)
{
	const struct oom_series *s = &f->history.record.whole;
	uint64_t top = 0;
	uint32_t since = 0, highest = 0;

	/* The last look may already show what the kill has freed. */
	for (uint32_t i = 0; i < s->n && s->points[i].at_ms <= end; i++) {
		uint64_t now = (uint64_t)s->points[i].anon_kib +
			       s->points[i].shmem_kib;

		if (now >= top) {
			top = now;
			highest = i;
		}
	}
	for (uint32_t i = 0; i < highest; i++)
		if ((uint64_t)s->points[i].anon_kib + s->points[i].shmem_kib <=
		    top / 2)
			since = s->points[i].at_ms;
	return since;
}

const struct oom_track *oom_history_grower(const struct oom_findings *f,
					   const struct oom_report *report,
					   const struct oom_members *members,
					   unsigned int *ret_percent)
{
	uint32_t end = until(f, report), since = half_way(f, end);
	const struct oom_track *best = NULL;
	uint64_t most = 0, all = 0;

	for (unsigned int i = 0; i < members->n; i++)
		if (!oom_history_track(f, members->of[i].pid))
			all += members->of[i].bytes / 1024;
	for (unsigned int i = 0; i < f->history.n_tracks; i++) {
		const struct oom_track *t = &f->history.record.tracks[i];
		const struct oom_process *row = row_of(f, report, t->pid);
		uint64_t grown, before;

		/* It had died before: what it held was free again. */
		if (t->gone_ms && t->gone_ms < end && t->gone_ms + 1000 < end &&
		    (!report || report->victim.pid != t->pid))
			continue;
		/* A fork is born large: that much is its parent's. */
		before = anon_at(t, since);
		if (t->n && t->points[0].at_ms > since)
			before = t->points[0].anon_kib;
		/* The last look may be long before the kill. */
		grown = more(row ? own_bytes(f, report, row) / 1024
				 : anon_at(t, end),
			     before);
		all += grown;
		if (grown > most) {
			most = grown;
			best = t;
		}
	}
	*ret_percent = all ? (unsigned int)(most * 100 / all) : 0;
	return best;
}

int oom_history_file(const struct oom_findings *f, uint32_t pid,
		     uint32_t since_ms)
{
	const struct oom_history *h = &f->history;
	int best = -1;

	for (unsigned int i = 0; i < h->n_files; i++) {
		const struct oom_record_file *file = &h->record.files[i];

		if (file->pid != pid || file->writes || !file->position ||
		    file->last_ms < since_ms)
			continue;
		if (best < 0 || file->position > h->record.files[best].position)
			best = (int)i;
	}
	return best;
}

bool oom_history_fed(const struct oom_findings *f, uint32_t pid,
		     uint32_t since_ms, uint64_t least_bytes)
{
	const struct oom_history *h = &f->history;

	for (unsigned int i = 0; i < h->n_files; i++) {
		const struct oom_record_file *file = &h->record.files[i];

		if (file->pid && file->pid != pid && !file->writes &&
		    file->moves && file->last_ms >= since_ms &&
		    file->position >= file->first_position + least_bytes)
			return true;
	}
	return false;
}

bool oom_history_piped(const struct oom_findings *f, uint32_t pid)
{
	const struct oom_history *h = &f->history;

	for (unsigned int i = 0; i < h->n_files; i++)
		if (h->record.files[i].pid == pid &&
		    oom_span_starts(oom_span(h->record.files[i].path), "pipe:"))
			return true;
	return false;
}

static bool opened(const struct oom_record_file *file, uint32_t pid,
		   uint32_t since_ms)
{
	return file->pid == pid && !file->writes && file->position &&
	       file->first_ms >= since_ms;
}

unsigned int oom_history_opened(const struct oom_findings *f, uint32_t pid,
				uint32_t since_ms, int *ret_last)
{
	const struct oom_history *h = &f->history;
	const struct oom_record_file *files = h->record.files;
	unsigned int n = 0;

	*ret_last = -1;
	for (unsigned int i = 0; i < h->n_files; i++) {
		bool same_look = false;

		if (!opened(&files[i], pid, since_ms))
			continue;
		for (unsigned int j = 0; j < i && !same_look; j++)
			same_look = opened(&files[j], pid, since_ms) &&
				    files[j].first_ms == files[i].first_ms;
		n += !same_look;
		if (*ret_last < 0 ||
		    files[i].first_ms > files[*ret_last].first_ms)
			*ret_last = (int)i;
	}
	return n;
}
