// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions to a flight record and a kernel's report, both made by hand. */
#include "check.h"

#include "../lib/history.h"

#define UID	1000
#define MIB_KIB 1024

static struct oom_findings *f;
static struct oom_members m;
static struct oom_report *report;

/* A step that began at 10 s, and a kill at 5 s after that. */
static void begin(void)
{
	free(f);
	f = new_findings();
	f->uid = oom_known(UID);
	f->start_mono_us = oom_known(10 * 1000000);
	f->now_mono_us = oom_known(16 * 1000000);
	f->log.n_reports = 1;
	report = &f->log.reports[0];
	report->when_us = oom_known(15 * 1000000);
	report->constraint = OOM_CONSTRAINT_MEMCG;
	report->victim = (struct oom_process){ .pid = 812, .uid = UID };
	f->history.record.started = 1;
}

static struct oom_process *add_row(uint32_t pid, const char *name,
				   uint64_t anon_mib)
{
	struct oom_process *row = &f->log.rows[f->log.n_rows++];

	*row = (struct oom_process){
		.pid = pid,
		.uid = UID,
		.rss_bytes = oom_known((anon_mib + 3) * MIB),
		.anon_bytes = oom_known(anon_mib * MIB),
	};
	strcpy(row->name, name);
	report->n_rows++;
	return row;
}

static struct oom_track *add_track(uint32_t pid, uint32_t ppid,
				   const char *name)
{
	struct oom_track *t = &f->history.record.tracks[f->history.n_tracks++];

	t->pid = pid;
	t->ppid = ppid;
	t->threads = 1;
	strcpy(t->name, name);
	return t;
}

static void look(struct oom_track *t, uint32_t at_ms, uint32_t anon_mib)
{
	t->points[t->n++] = (struct oom_track_point){
		.at_ms = at_ms,
		.anon_kib = anon_mib * MIB_KIB,
		.shared_kib = 2 * MIB_KIB,
		.data_kib = anon_mib * MIB_KIB + 300,
	};
}

/* From..to in MiB over the five seconds, at every tenth. */
static void looks(struct oom_track *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < 10; i++)
		look(t, i * 500, from + (to - from) * i / 10);
}

static void add_census(uint32_t pid, uint32_t ppid, uint32_t anon_mib,
		       const char *name)
{
	struct oom_census_entry *e =
		&f->history.record.census[f->history.n_census++];

	e->pid = pid;
	e->ppid = ppid;
	e->anon_kib = anon_mib * MIB_KIB;
	e->shared_kib = 2 * MIB_KIB;
	strcpy(e->name, name);
}

static void usage(uint32_t at_ms, uint32_t anon_mib)
{
	struct oom_record *r = &f->history.record;
	struct oom_series_point point = { .at_ms = at_ms,
					  .job_kib = anon_mib * MIB_KIB,
					  .anon_kib = anon_mib * MIB_KIB };

	r->whole.points[r->whole.n++] = point;
	r->recent.points[r->recent.n++] = point;
}

/* A straight line up to the kill. */
static void usages(uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i <= 10; i++)
		usage(i * 499, from + (to - from) * i / 10);
}

static void find(void)
{
	memset(&m, 0x55, sizeof(m));
	oom_members_find(f, f->log.n_reports ? report : NULL, &m);
}

static void kill_at(uint32_t at_ms)
{
	f->history.record.moments[0].at_ms = at_ms;
	f->history.record.moments[0].kills = 1;
	f->history.record.n_moments = 1;
}

/* ---- the moment ---- */

START_TEST(moment)
{
	begin();
	ck_known(oom_kill_ms(f, report), 5000);
	/* The recorder saw it: its clock is the one of the record. */
	kill_at(4900);
	ck_known(oom_kill_ms(f, report), 4900);
	ck_known(oom_kill_ms(f, NULL), 4900);
	f->start_mono_us.known = false;
	ck_known(oom_kill_ms(f, report), 4900);
	/* The first of several. */
	f->history.record.moments[1].at_ms = 100;
	f->history.record.n_moments = 2;
	ck_known(oom_kill_ms(f, report), 4900);
}
END_TEST

START_TEST(moment_of_clocks_that_are_off)
{
	begin();
	report->when_us = oom_known(17 * 1000000); /* after now */
	ck_known(oom_kill_ms(f, report), 6000);
	f->now_mono_us.known = false;
	ck_known(oom_kill_ms(f, report), 7000);
	report->when_us = oom_known(9 * 1000000); /* before it began */
	ck_unknown(oom_kill_ms(f, report));
	report->when_us.known = false;
	ck_unknown(oom_kill_ms(f, report));
	begin();
	f->start_mono_us.known = false;
	ck_unknown(oom_kill_ms(f, report));
	begin();
	ck_unknown(oom_kill_ms(f, NULL));
	/* Now is before the step began: nobody's clock. */
	f->now_mono_us = oom_known(0);
	(void)oom_kill_ms(f, report);
	report->when_us = oom_known(UINT64_MAX);
	f->now_mono_us = oom_known(UINT64_MAX);
	ck_known(oom_kill_ms(f, report), (UINT64_MAX - 10000000) / 1000);
	(void)oom_history_last(f, report);
}
END_TEST

/* The first kill's report is lost: this is the second's. */
START_TEST(report_of_a_later_kill)
{
	struct oom_record *r;
	struct oom_track *t;

	begin();
	r = &f->history.record;
	r->n_moments = 2;
	r->moments[0].at_ms = 3000;
	r->moments[0].kills = 1;
	r->moments[1].at_ms = 4900;
	r->moments[1].kills = 2;
	t = add_track(812, 1, "solve");
	t->gone_ms = 4950;
	ck_known(oom_kill_ms(f, report), 4900);
	t->gone_ms = 3100;
	ck_known(oom_kill_ms(f, report), 3000);
	/* It was not missed; nobody knows it; both reports are there. */
	t->gone_ms = 0;
	ck_known(oom_kill_ms(f, report), 3000);
	t->gone_ms = 4950;
	t->pid = 813;
	ck_known(oom_kill_ms(f, report), 3000);
	ck_known(oom_kill_ms(f, NULL), 3000);
	t->pid = 812;
	f->log.n_reports = 2;
	ck_known(oom_kill_ms(f, report), 3000);
}
END_TEST

/* ---- members ---- */

START_TEST(members_of_the_table)
{
	begin();
	(void)add_row(800, "bash", 1);
	(void)add_row(812, "python3", 90);
	(void)add_row(813, "perl", 5);
	add_row(900, "other", 500)->uid = UID + 1;
	(void)add_track(812, 800, "python3");
	add_census(813, 812, 4, "perl");
	add_census(999, 800, 70, "gone");
	f->n_tasks = 1;
	f->tasks[0].pid = oom_known(800);
	find();
	ck_assert_uint_eq(m.n, 3);
	ck_assert_uint_eq(m.of[0].pid, 812);
	ck_assert_uint_eq(m.of[0].bytes, 90 * MIB);
	ck_assert_str_eq(m.of[0].name, "python3");
	ck_assert_uint_eq(m.of[1].pid, 813);
	ck_assert_uint_eq(m.of[2].pid, 800);
	ck_assert_uint_eq(m.total_bytes, 96 * MIB);
	/* Parents: by track, by census, unknown. */
	ck_assert_uint_eq(m.of[0].ppid, 800);
	ck_assert_uint_eq(m.of[1].ppid, 812);
	ck_assert_uint_eq(m.of[2].ppid, 0);
	ck_assert(m.of[2].is_task);
	ck_assert(!m.of[0].is_task);
	ck_assert_ptr_eq(oom_member_by_pid(&m, 813), &m.of[1]);
	ck_assert_ptr_null(oom_member_by_pid(&m, 900));
	ck_assert_ptr_null(oom_member_by_pid(&m, 0));
	/* Whose they are is not known: no table, then. */
	f->uid.known = false;
	find();
	ck_assert_uint_eq(m.n, 2);
	ck_assert_uint_eq(m.of[0].pid, 999);
}
END_TEST

/* Before 6.8: a process's own pages and those of files in one number. */
START_TEST(members_of_a_table_without_a_split)
{
	begin();
	for (uint32_t pid = 810; pid < 814; pid++)
		add_row(pid, "python3", 20)->anon_bytes.known = false;
	look(add_track(810, 800, "python3"), 4000, 10);
	add_census(811, 800, 10, "python3");
	report->victim.rss_bytes = oom_known(23 * MIB);
	report->victim.anon_bytes = oom_known(22 * MIB);
	find();
	ck_assert_uint_eq(m.n, 4);
	/* 23 MiB each: the victim's own line, less what was seen, or all. */
	ck_assert_uint_eq(oom_member_by_pid(&m, 812)->bytes, 22 * MIB);
	ck_assert_uint_eq(oom_member_by_pid(&m, 810)->bytes, 21 * MIB);
	ck_assert_uint_eq(oom_member_by_pid(&m, 811)->bytes, 21 * MIB);
	ck_assert_uint_eq(oom_member_by_pid(&m, 813)->bytes, 23 * MIB);
	/* More was shared than there is now. */
	f->history.record.census[0].shared_kib = UINT32_MAX;
	find();
	ck_assert_uint_eq(oom_member_by_pid(&m, 811)->bytes, 0);
}
END_TEST

START_TEST(members_without_a_table)
{
	begin();
	report->victim.rss_bytes = oom_known(90 * MIB);
	report->victim.anon_bytes = oom_known(88 * MIB);
	strcpy(report->victim.name, "python3");
	/* All that is known is the victim. */
	find();
	ck_assert_uint_eq(m.n, 1);
	ck_assert_uint_eq(m.of[0].pid, 812);
	ck_assert_uint_eq(m.of[0].bytes, 88 * MIB);
	/* The last look at all of them. */
	add_census(812, 800, 80, "python3");
	add_census(800, 700, 1, "bash");
	find();
	ck_assert_uint_eq(m.n, 2);
	ck_assert_uint_eq(m.of[0].bytes, 80 * MIB);
	ck_assert_uint_eq(m.of[0].ppid, 800);
	ck_assert_uint_eq(m.total_bytes, 81 * MIB);
	f->log.n_reports = 0;
	find();
	ck_assert_uint_eq(m.n, 2);
	f->history.n_census = 0;
	find();
	ck_assert_uint_eq(m.n, 0);
	ck_assert_uint_eq(m.total_bytes, 0);
}
END_TEST

START_TEST(more_members_than_are_kept)
{
	begin();
	for (uint32_t i = 0; i < OOM_MEMBERS_MAX + 20; i++)
		(void)add_row(1000 + i, "perl", i);
	find();
	ck_assert_uint_eq(m.n, OOM_MEMBERS_MAX);
	ck_assert_uint_eq(m.of[0].bytes, (OOM_MEMBERS_MAX + 19) * MIB);
	ck_assert_uint_eq(m.of[OOM_MEMBERS_MAX - 1].bytes, 20 * MIB);
	for (unsigned int i = 1; i < m.n; i++)
		ck_assert_uint_le(m.of[i].bytes, m.of[i - 1].bytes);
}
END_TEST

/* ---- a fork that has not run its own program yet ---- */

static void with_fork(uint64_t parent_mib, uint64_t child_mib)
{
	begin();
	(void)add_row(800, "bash", 0);
	(void)add_row(812, "bash", parent_mib);
	(void)add_row(813, "bash", child_mib);
	(void)add_track(812, 800, "bash");
	add_census(813, 812, (uint32_t)child_mib, "bash");
	report->memory.anon_bytes = oom_known(50 * MIB);
}

START_TEST(fresh_fork)
{
	with_fork(49, 49);
	find();
	ck_assert_uint_eq(m.n, 2);
	ck_assert_ptr_null(oom_member_by_pid(&m, 813));
	ck_assert_ptr_nonnull(oom_member_by_pid(&m, 812));
	ck_assert_uint_eq(m.total_bytes, 49 * MIB);
	/* It runs a program of its own: it has memory of its own. */
	with_fork(49, 49);
	strcpy(f->log.rows[2].name, "grep");
	find();
	ck_assert_uint_eq(m.n, 3);
	/* Born after the last look: nobody knows whose it is, but it is a twin. */
	with_fork(49, 49);
	f->history.n_census = 0;
	find();
	ck_assert_uint_eq(m.n, 2);
	/* Nobody knows of either. */
	with_fork(49, 49);
	f->history.n_census = f->history.n_tracks = 0;
	find();
	ck_assert_uint_eq(m.n, 3);
	/* What is charged, by the last look where the report says nothing. */
	with_fork(49, 49);
	report->memory.anon_bytes.known = false;
	find();
	ck_assert_uint_eq(m.n, 3);
	usage(4900, 50);
	find();
	ck_assert_uint_eq(m.n, 2);
}
END_TEST

START_TEST(near_fresh_fork)
{
	/* It has touched more than a thirty-second part of its pages. */
	with_fork(64, 62);
	find();
	ck_assert_uint_eq(m.n, 2);
	with_fork(64, 61);
	find();
	ck_assert_uint_eq(m.n, 3);
	/* Half of it is charged: both have pages of their own. */
	with_fork(49, 49);
	report->memory.anon_bytes = oom_known(73 * MIB);
	find();
	ck_assert_uint_eq(m.n, 2);
	report->memory.anon_bytes = oom_known(74 * MIB);
	find();
	ck_assert_uint_eq(m.n, 3);
	/* A pool is not one that has just forked. */
	with_fork(49, 49);
	(void)add_row(814, "bash", 49);
	add_census(814, 812, 49, "bash");
	find();
	ck_assert_uint_eq(m.n, 4);
}
END_TEST

/* ---- over time ---- */

START_TEST(track_by_pid)
{
	begin();
	(void)add_track(812, 800, "python3");
	(void)add_track(0, 0, "free");
	ck_assert_ptr_eq(oom_history_track(f, 812),
			 &f->history.record.tracks[0]);
	ck_assert_ptr_null(oom_history_track(f, 813));
	ck_assert_ptr_null(oom_history_track(f, 0));
}
END_TEST

START_TEST(last_look)
{
	begin();
	ck_assert_ptr_null(oom_history_last(f, report));
	usage(1000, 10);
	usage(4999, 98);
	usage(5000, 3);
	usage(5100, 2);
	ck_assert_uint_eq(oom_history_last(f, report)->at_ms, 4999);
	kill_at(5001);
	ck_assert_uint_eq(oom_history_last(f, report)->at_ms, 5000);
	kill_at(500);
	ck_assert_ptr_null(oom_history_last(f, report));
	kill_at(0);
	ck_assert_ptr_null(oom_history_last(f, report));
	/* No moment known: the last of all. */
	begin();
	usage(1000, 10);
	usage(9000, 20);
	ck_assert_uint_eq(oom_history_last(f, NULL)->at_ms, 9000);
}
END_TEST

static const struct oom_track *grower(unsigned int *percent)
{
	find();
	*percent = 777;
	return oom_history_grower(f, f->log.n_reports ? report : NULL, &m,
				  percent);
}

START_TEST(one_grower)
{
	unsigned int percent;

	begin();
	ck_assert_ptr_null(grower(&percent));
	ck_assert_uint_eq(percent, 0);
	usages(10, 100);
	looks(add_track(812, 800, "python3"), 5, 95);
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	ck_assert_uint_eq(percent, 100);
	/* A large one that stood still is none. */
	looks(add_track(813, 800, "model"), 200, 200);
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	ck_assert_uint_eq(percent, 100);
	/* Nobody grew. */
	f->history.n_tracks = 0;
	f->history.record.tracks[0].n = 0;
	looks(add_track(812, 800, "python3"), 50, 50);
	ck_assert_ptr_null(grower(&percent));
	ck_assert_uint_eq(percent, 0);
}
END_TEST

START_TEST(several_growers)
{
	unsigned int percent;

	begin();
	usages(0, 100);
	looks(add_track(812, 800, "a"), 0, 60);
	looks(add_track(813, 800, "b"), 0, 40);
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	ck_assert_uint_ge(percent, 55);
	ck_assert_uint_le(percent, 65);
	/* By what they did since the step used half of its most. */
	begin();
	for (uint32_t i = 0; i <= 10; i++)
		usage(i * 499, i < 5 ? 10 * i : 10 * i + 10);
	looks(add_track(812, 800, "early"), 0, 0);
	for (uint32_t i = 0; i < 10; i++)
		f->history.record.tracks[0].points[i].anon_kib =
			(i < 5 ? i * 10 : 45) * MIB_KIB;
	looks(add_track(813, 800, "late"), 0, 0);
	for (uint32_t i = 0; i < 10; i++)
		f->history.record.tracks[1].points[i].anon_kib =
			(i < 5 ? 0 : (i - 4) * 8) * MIB_KIB;
	ck_assert_uint_eq(grower(&percent)->pid, 813);
	ck_assert_uint_ge(percent, 70);
}
END_TEST

START_TEST(dead_before)
{
	struct oom_track *dead;
	unsigned int percent;

	begin();
	usages(0, 100);
	dead = add_track(812, 800, "first");
	looks(dead, 0, 90);
	looks(add_track(813, 800, "second"), 0, 40);
	report->victim.pid = 813;
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	dead->gone_ms = 3000;
	ck_assert_uint_eq(grower(&percent)->pid, 813);
	ck_assert_uint_eq(percent, 100);
	/* Missed by a look just before the kill: it may be the victim. */
	dead->gone_ms = 4500;
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	/* The kernel says that it killed it; the clocks are off. */
	dead->gone_ms = 3000;
	report->victim.pid = 812;
	ck_assert_uint_eq(grower(&percent)->pid, 812);
}
END_TEST

START_TEST(born_large)
{
	struct oom_track *child;
	unsigned int percent;

	begin();
	usages(0, 100);
	looks(add_track(812, 800, "python3"), 0, 60);
	/* A fork of it, late: its pages are its parent's. */
	child = add_track(813, 812, "python3");
	look(child, 4000, 50);
	look(child, 4500, 55);
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	ck_assert_uint_ge(percent, 80);
}
END_TEST

/* In the kernel's table, and in nobody's look. */
START_TEST(never_seen)
{
	unsigned int percent;

	begin();
	usages(0, 100);
	looks(add_track(812, 800, "python3"), 0, 50);
	(void)add_row(812, "python3", 50);
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	ck_assert_uint_eq(percent, 100);
	(void)add_row(813, "perl", 30);
	ck_assert_uint_eq(grower(&percent)->pid, 812);
	ck_assert_uint_lt(percent, 60);
	/* Seen until shortly after it began: the rest is in the table. */
	look(add_track(813, 800, "perl"), 100, 1);
	look(&f->history.record.tracks[1], 2000, 2);
	f->log.rows[1].anon_bytes = oom_known(80 * MIB);
	ck_assert_uint_eq(grower(&percent)->pid, 813);
	ck_assert_uint_gt(percent, 60);
}
END_TEST

START_TEST(shape_up_to_the_kill)
{
	struct oom_track *t;
	struct oom_shape s;

	begin();
	t = add_track(812, 800, "python3");
	looks(t, 5, 95);
	look(t, 5100, 1); /* what the kill left of it */
	ck_assert(oom_history_shape(f, report, t, &s));
	ck_assert_uint_eq(s.points, 10);
	ck_assert_uint_eq(s.to_ms, 4500);
	/* And the report's own look at it. */
	(void)add_row(812, "python3", 97);
	ck_assert(oom_history_shape(f, report, t, &s));
	ck_assert_uint_eq(s.points, 11);
	ck_assert_uint_eq(s.to_ms, 5000);
	ck_assert_uint_eq(s.end_kib, 97 * MIB_KIB);
	ck_assert_uint_eq(s.untouched_kib, 0);
	/* What it asked for after the last look shows in its address space. */
	t->virtual_kib = 200 * MIB_KIB;
	f->log.rows[0].virtual_bytes = oom_known(300 * MIB);
	ck_assert(oom_history_shape(f, report, t, &s));
	/* ...less the 11 MiB that it has touched since. */
	ck_assert_uint_eq(s.untouched_kib, 89 * MIB_KIB);
	f->log.rows[0].virtual_bytes = oom_known(UINT64_MAX);
	ck_assert(oom_history_shape(f, report, t, &s));
	f->log.rows[0].virtual_bytes = oom_known(0);
	ck_assert(oom_history_shape(f, report, t, &s));
	ck_assert_uint_eq(s.untouched_kib, 0);
	/* No table: the victim's own line. */
	f->log.n_rows = report->n_rows = 0;
	report->victim.rss_bytes = oom_known(98 * MIB);
	report->victim.anon_bytes = oom_known(96 * MIB);
	ck_assert(oom_history_shape(f, report, t, &s));
	ck_assert_uint_eq(s.end_kib, 96 * MIB_KIB);
	/* Killed before the first look at it. */
	kill_at(0);
	for (uint32_t i = 0; i < t->n; i++)
		t->points[i].at_ms += 10;
	ck_assert(!oom_history_shape(f, report, t, &s));
}
END_TEST

/* ---- files ---- */

static void add_file(uint32_t pid, bool writes, uint64_t position,
		     uint32_t last_ms)
{
	struct oom_record_file *file =
		&f->history.record.files[f->history.n_files++];

	file->pid = pid;
	file->writes = writes;
	file->position = position;
	file->last_ms = last_ms;
	strcpy(file->path, "/data/a");
}

START_TEST(file_read_furthest)
{
	begin();
	ck_assert_int_eq(oom_history_file(f, 812, 0), -1);
	add_file(812, false, 0, 4000);	       /* never read */
	add_file(812, true, 500 * MIB, 4000);  /* written */
	add_file(813, false, 400 * MIB, 4000); /* another's */
	ck_assert_int_eq(oom_history_file(f, 812, 0), -1);
	add_file(812, false, 300 * MIB, 1000); /* before it grew */
	add_file(812, false, 10 * MIB, 4000);
	add_file(812, false, 20 * MIB, 4000);
	add_file(812, false, 5 * MIB, 4000);
	ck_assert_int_eq(oom_history_file(f, 812, 1001), 5);
	ck_assert_int_eq(oom_history_file(f, 812, 1000), 3);
	ck_assert_int_eq(oom_history_file(f, 812, 4001), -1);
	ck_assert_int_eq(oom_history_file(f, 813, 0), 2);
	ck_assert_int_eq(oom_history_file(f, 0, 0), -1);
}
END_TEST

TESTS("history", moment, report_of_a_later_kill, moment_of_clocks_that_are_off,
      members_of_the_table, members_of_a_table_without_a_split,
      members_without_a_table, more_members_than_are_kept, fresh_fork,
      near_fresh_fork, track_by_pid, last_look, one_grower, several_growers,
      dead_before, born_large, never_seen, shape_up_to_the_kill,
      file_read_furthest)
