// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules.h"

#include <string.h>

bool oom_is_node(const struct oom_findings *f, struct oom_diagnosis *d)
{
	bool near = false;

	if (d->node_limit) {
		/* A binding to NUMA nodes may be the job's own doing. */
		d->confidence = d->report->constraint == OOM_CONSTRAINT_NUMA
					? OOM_MEDIUM
					: OOM_HIGH;
		return true;
	}
	if (d->report)
		return false;
	/* Without a report: a kill, and the job far below all of its limits. */
	if (!oom_limited(f->levels[OOM_LEVEL_JOB].limit_bytes) ||
	    !f->levels[OOM_LEVEL_JOB].peak_bytes.known)
		return false;
	for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++) {
		const struct oom_level *level = &f->levels[i];

		if (!oom_limited(level->limit_bytes) ||
		    !level->peak_bytes.known)
			continue;
		if (oom_exceeds(level->oom, 0) ||
		    oom_at_least(level->peak_bytes.value, LIMIT_NEAR,
				 level->limit_bytes.value))
			near = true;
	}
	if (near)
		return false;
	d->node_limit = d->inferred = true;
	d->confidence = OOM_MEDIUM;
	return true;
}

/* The largest file in memory that somebody had open, and who. */
static void find_tmpfs_file(const struct oom_findings *f,
			    struct oom_diagnosis *d)
{
	const struct oom_history *h = &f->history;
	uint64_t most = 0;

	for (unsigned int i = 0; i < h->n_files; i++) {
		const struct oom_record_file *file = &h->record.files[i];
		uint64_t bytes = file->position;

		if (!file->writes)
			continue;
		/* Not every tmpfs is /dev/shm: what grew with the memory. */
		if (!oom_span_starts(oom_span(file->path), "/dev/shm/") &&
		    (!file->moves || bytes < d->shmem_bytes.value / 4))
			continue;
		if (h->facts[i].stored_bytes.known)
			bytes = h->facts[i].stored_bytes.value;
		if (bytes < most)
			continue;
		most = bytes;
		d->tmpfs_file = (int)i;
		d->tmpfs_pid = file->pid;
	}
}

bool oom_is_tmpfs(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_level *after =
		&f->levels[d->limit_level < OOM_LEVELS ? d->limit_level
						       : OOM_LEVEL_JOB];
	uint64_t shmem, anon, limit = oom_value_or(d->limit_bytes, 0);
	struct oom_reading anon_reading = after->anon_bytes;
	const struct oom_series_point *last = oom_history_last(f, d->report);
	bool files, at_kill = false;

	d->shmem_left_bytes = after->shmem_bytes;
	d->shmem_bytes = after->shmem_bytes;
	if (d->report && d->report->memory.shmem_bytes.known) {
		d->shmem_bytes = d->report->memory.shmem_bytes;
		anon_reading = d->report->memory.anon_bytes;
		at_kill = true;
	} else if (last && last->shmem_kib) {
		/* The report was rate-limited: the last look is near enough. */
		d->shmem_bytes = oom_known((uint64_t)last->shmem_kib * 1024);
		anon_reading = oom_known((uint64_t)last->anon_kib * 1024);
		at_kill = true;
	}
	if (!d->shmem_bytes.known || !limit)
		return false;
	shmem = d->shmem_bytes.value;
	anon = oom_value_or(anon_reading, limit);
	if (!oom_at_least(shmem, TMPFS_SHARE, limit) &&
	    !(shmem > anon && oom_at_least(shmem, TMPFS_LARGEST_SHARE, limit)))
		return false;
	find_tmpfs_file(f, d);
	/* Without a report this is the end of the step, not the kill. */
	if (!at_kill) {
		d->shmem_bytes.known = false;
		d->confidence = OOM_LOW;
		return true;
	}
	/* Others may have written more since: of what there was, all is left. */
	if (oom_exceeds(d->shmem_left_bytes, shmem))
		d->shmem_left_bytes.value = shmem;
	/*
	 * Files outlive their writer, so the charge stays; memory shared by
	 * processes (MPI segments, mmap) mostly goes with them.
	 */
	files = d->tmpfs_file >= 0 ||
		(d->shmem_left_bytes.known &&
		 oom_at_least(d->shmem_left_bytes.value, 50, shmem));
	d->confidence = files && shmem > anon ? OOM_HIGH : OOM_MEDIUM;
	return true;
}

uint64_t oom_median(uint64_t *values, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++)
		for (unsigned int j = i; j && values[j - 1] > values[j]; j--) {
			uint64_t swap = values[j];

			values[j] = values[j - 1];
			values[j - 1] = swap;
		}
	return n % 2 ? values[n / 2]
		     : values[n / 2 - 1] / 2 + values[n / 2] / 2;
}

/*
 * An MPI launcher's children are ranks, not workers.  The launcher's name is
 * the mechanism here.
 */
static bool is_mpi_launcher(const char *name)
{
	static const char *const launchers[] = { "hydra_pmi_proxy", "mpiexec",
						 "mpiexec.hydra",   "mpirun",
						 "orted",	    "orterun",
						 "prted",	    "prterun",
						 "pmi_proxy" };

	for (size_t i = 0; i < sizeof(launchers) / sizeof(launchers[0]); i++)
		if (!strcmp(name, launchers[i]))
			return true;
	return false;
}

static bool has_mpi_launcher(const struct oom_diagnosis *d)
{
	for (unsigned int i = 0; i < d->members.n; i++)
		if (is_mpi_launcher(d->members.of[i].name))
			return true;
	return false;
}

/* The parent, or the one above it where each has a shell of its own. */
static uint32_t common_parent(const struct oom_members *m,
			      const struct oom_member *a,
			      const struct oom_member *b)
{
	const struct oom_member *pa, *pb;

	if (a->ppid == b->ppid)
		return a->ppid;
	pa = oom_member_by_pid(m, a->ppid);
	pb = oom_member_by_pid(m, b->ppid);
	return pa && pb && pa->ppid == pb->ppid ? pa->ppid : 0;
}

bool oom_is_a_rank(const struct oom_members *m, const struct oom_member *p)
{
	const struct oom_member *parent = oom_member_by_pid(m, p->ppid);

	return p->is_task || (parent && is_mpi_launcher(parent->name));
}

uint64_t oom_late_share(const struct oom_findings *f,
			const struct oom_diagnosis *d)
{
	uint32_t since =
		d->shape.from_ms + (d->shape.to_ms - d->shape.from_ms) / 2;
	uint64_t most = 0, all = 0;

	if (!d->shape_known)
		return 0;
	for (unsigned int i = 0; i < d->members.n; i++) {
		const struct oom_member *m = &d->members.of[i];
		uint64_t kib = oom_history_grown(f, d->report, m->pid, since);

		if (!oom_history_track(f, m->pid) &&
		    oom_at_least(m->bytes, UNSEEN_SHARE,
				 d->members.total_bytes))
			return 0;
		most = kib > most ? kib : most;
		all += kib;
	}
	return all ? most * 100 / all : 0;
}

/* Ranks that mpiexec started inside the step: by pid, as it starts them. */
static bool is_launched_rank(struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	const struct oom_member *big = m->n ? &m->of[0] : NULL;
	const struct oom_member *parent;
	uint64_t others[OOM_MEMBERS_MAX], total = 0, typical, factor, share;
	unsigned int n = 0, before = 0;

	parent = big ? oom_member_by_pid(m, big->ppid) : NULL;
	if (!parent || !is_mpi_launcher(parent->name))
		return false;
	for (unsigned int i = 0; i < m->n; i++) {
		const struct oom_member *one = &m->of[i];

		if (one == big || common_parent(m, one, big) != big->ppid ||
		    strcmp(one->name, big->name) != 0)
			continue;
		others[n++] = one->bytes;
		total += one->bytes;
		before += one->pid < big->pid;
	}
	if (!n)
		return false;
	factor = n + 1 < RANKS_MIN ? FEW_RANKS_FACTOR : RANK_FACTOR;
	share = n + 1 < RANKS_MIN ? FEW_RANKS_EXCESS : RANK_EXCESS;
	typical = oom_median(others, n);
	if (big->bytes / factor < typical ||
	    !oom_at_least(big->bytes - typical, share, total + big->bytes))
		return false;
	d->rank = (struct oom_rank){ .rank = before,
				     .bytes = big->bytes,
				     .others_bytes = typical,
				     .n_others = n };
	d->confidence = n + 1 < RANKS_MIN ? OOM_MEDIUM : OOM_HIGH;
	return true;
}

/* The memory that came with a rank and goes with it, in its own cgroup. */
static struct oom_reading rank_bytes(const struct oom_task *task)
{
	struct oom_reading peak = task->peak_bytes;

	/* What is left after its death is files and shared memory: MPI's
	 * segments are charged to whoever touched them first. */
	if (peak.known && task->file_bytes.known)
		peak.value -= task->file_bytes.value < peak.value
				      ? task->file_bytes.value
				      : peak.value;
	return peak;
}

/* In the kernel's table: an independent look at the same ranks. */
static const struct oom_process *find_row(const struct oom_findings *f,
					  const struct oom_diagnosis *d,
					  struct oom_reading pid)
{
	for (unsigned int i = 0;
	     d->report && pid.known && i < d->report->n_rows; i++) {
		const struct oom_process *p =
			&f->log.rows[d->report->first_row + i];

		if (p->pid == pid.value)
			return p;
	}
	return NULL;
}

/*
 * What another rank held at the kill, where that is less than its peak: what it
 * has given away by then (particles that drift to one rank) it does not hold.
 * `row` is the largest rank's.  A rank behind a wrapper has another's row.
 */
static uint64_t at_the_kill(const struct oom_findings *f,
			    const struct oom_diagnosis *d,
			    const struct oom_task *task,
			    const struct oom_process *row, uint64_t peak)
{
	const struct oom_process *own = find_row(f, d, task->pid);

	if (!own || strcmp(own->name, row->name) != 0 ||
	    oom_row_bytes(own) >= peak)
		return peak;
	return oom_row_bytes(own);
}

bool oom_is_rank(const struct oom_findings *f, struct oom_diagnosis *d)
{
	uint64_t sizes[OOM_TASKS_MAX], others[OOM_TASKS_MAX];
	unsigned int n = f->n_tasks, largest = 0, n_others = 0;
	const struct oom_process *row;
	uint64_t total = 0, seen = 0, against = 0, typical, factor, share;

	if (is_launched_rank(d))
		return true;
	if (n < 2 || oom_exceeds(f->n_local_tasks, n))
		return false;
	factor = n < RANKS_MIN ? FEW_RANKS_FACTOR : RANK_FACTOR;
	share = n < RANKS_MIN ? FEW_RANKS_EXCESS : RANK_EXCESS;
	for (unsigned int i = 0; i < n; i++) {
		struct oom_reading bytes = rank_bytes(&f->tasks[i]);

		if (!bytes.known || !f->tasks[i].rank.known)
			return false;
		sizes[i] = bytes.value;
		if (sizes[i] > sizes[largest])
			largest = i;
	}
	row = find_row(f, d, f->tasks[largest].pid);
	for (unsigned int i = 0; i < n; i++) {
		/* Its own row, and no wrapper's: it holds most of the peak. */
		if (i != largest && row &&
		    oom_row_bytes(row) >= sizes[largest] / 2)
			sizes[i] =
				at_the_kill(f, d, &f->tasks[i], row, sizes[i]);
		total += sizes[i];
		if (i != largest)
			others[n_others++] = sizes[i];
	}
	typical = oom_median(others, n_others);
	if (sizes[largest] / factor < typical ||
	    !oom_at_least(sizes[largest] - typical, share, total))
		return false;
	d->rank = (struct oom_rank){ .rank = f->tasks[largest].rank.value,
				     .bytes = sizes[largest],
				     .others_bytes = typical,
				     .n_others = n_others };
	/* High when the kernel's own table shows the same at the kill. */
	d->confidence = OOM_MEDIUM;
	for (unsigned int i = 0; row && i < n; i++) {
		const struct oom_process *other =
			find_row(f, d, f->tasks[i].pid);

		if (!other || other == row)
			continue;
		if (oom_row_bytes(other) <= oom_row_bytes(row) / RANK_FACTOR)
			seen++;
		else
			against++;
	}
	if (row && seen * 2 >= n_others && n >= RANKS_MIN)
		d->confidence = OOM_HIGH;
	/* The peak may have been file cache, which the kernel took back. */
	else if (against > seen)
		d->rank.n_others = 0;
	return d->rank.n_others > 0;
}

/* "-Xmx3g" anywhere among blank-separated words: bytes.  The last one wins. */
static struct oom_reading java_heap(const char *options)
{
	struct oom_reading heap = { 0 };
	struct oom_span rest = oom_span(options), word;

	while (oom_next_word(&rest, &word)) {
		uint64_t value, unit = 1;

		if (!oom_span_skip(&word, "-Xmx") || !word.len)
			continue;
		switch (word.ptr[word.len - 1] | 0x20) {
		case 'k':
			unit = UINT64_C(1) << 10;
			break;
		case 'm':
			unit = UINT64_C(1) << 20;
			break;
		case 'g':
			unit = UINT64_C(1) << 30;
			break;
		case 't':
			unit = UINT64_C(1) << 40;
			break;
		}
		if (unit > 1)
			word.len--;
		if (!oom_parse_u64(word, &value) &&
		    !__builtin_mul_overflow(value, unit, &value))
			heap = oom_known(value);
	}
	return heap;
}

/* The command line has the last word with java itself, too. */
static void find_heap(const struct oom_findings *f, struct oom_diagnosis *d,
		      uint32_t pid)
{
	const struct oom_record *r = &f->history.record;

	d->java_source = OOM_JAVA_COMMAND;
	d->java_heap_bytes = java_heap(f->argv);
	if (r->java_heap_kib && r->java_pid == pid) {
		d->java_source = r->java_source <= OOM_JAVA_RESERVED
					 ? r->java_source
					 : OOM_JAVA_COMMAND;
		d->java_heap_bytes =
			oom_known((uint64_t)r->java_heap_kib * 1024);
	} else if (!d->java_heap_bytes.known) {
		d->java_source = OOM_JAVA_ENVIRONMENT;
		d->java_heap_bytes = java_heap(f->java_options);
	}
}

/* A JVM is the mechanism itself, whatever program runs in it. */
bool oom_is_jvm(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_member *p = d->members.n ? &d->members.of[0] : NULL;
	uint64_t beside;

	if (!p || strcmp(p->name, "java") != 0 ||
	    !oom_at_least(p->bytes, SINGLE_SHARE, d->members.total_bytes))
		return false;
	find_heap(f, d, p->pid);
	beside = d->java_heap_bytes.known && d->java_heap_bytes.value < p->bytes
			 ? p->bytes - d->java_heap_bytes.value
			 : 0;
	/* However full its heap may be, the rest is more. */
	if (beside >= JVM_BESIDE_MIB << 20 &&
	    beside >= d->java_heap_bytes.value)
		d->java_beside_bytes = oom_known(beside);
	/* A heap allowed to grow to about the limit had to end like this; and
	 * where there is hardly anything else, it was the JVM in any case. */
	d->confidence = (d->java_source == OOM_JAVA_COMMAND &&
			 d->java_heap_bytes.known && d->limit_bytes.known &&
			 oom_at_least(d->java_heap_bytes.value, 75,
				      d->limit_bytes.value)) ||
					oom_at_least(p->bytes, JVM_SURE,
						     d->members.total_bytes)
				? OOM_HIGH
				: OOM_MEDIUM;
	return true;
}

/* ---- workers ---- */

/* The processes named like `seed`, of its order of size, of one parent. */
static void make_group(const struct oom_diagnosis *d,
		       const struct oom_member *seed, bool siblings,
		       struct oom_group *group, uint64_t *ret_cv_squared)
{
	const struct oom_members *m = &d->members;
	uint64_t sizes[OOM_MEMBERS_MAX];
	double mean, variance = 0;

	memset(group, 0, sizeof(*group));
	memcpy(group->name, seed->name, sizeof(group->name));
	for (unsigned int i = 0; i < m->n; i++) {
		const struct oom_member *p = &m->of[i];

		if (strcmp(p->name, seed->name) != 0 ||
		    p->bytes < seed->bytes / WORKERS_SIMILAR || p->is_task)
			continue;
		if (siblings && p != seed && !common_parent(m, p, seed))
			continue;
		/* Their parent, with the same name after a fork. */
		if (siblings && p->pid == seed->ppid)
			continue;
		if (siblings && p != seed)
			group->parent = common_parent(m, p, seed);
		sizes[group->count++] = p->bytes;
		group->total_bytes += p->bytes;
		if (p->bytes > group->largest_bytes)
			group->largest_bytes = p->bytes;
	}
	if (!group->count)
		return;
	group->each_bytes = oom_median(sizes, group->count);
	mean = (double)group->total_bytes / group->count;
	for (unsigned int i = 0; i < group->count; i++)
		variance += ((double)sizes[i] - mean) *
			    ((double)sizes[i] - mean) / group->count;
	/* CV^2 in percent of a percent, without a square root. */
	*ret_cv_squared = mean > 0 ? (uint64_t)(variance * 10000 / mean / mean)
				   : UINT64_MAX;
}

/*
 * Pages that a child has from its parent count in both, and once in the
 * cgroup: what all processes claim beyond it is shared.
 */
static void share_pages(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_series_point *last = oom_history_last(f, d->report);
	const struct oom_member *parent =
		oom_member_by_pid(&d->members, d->group.parent);
	struct oom_reading anon = { 0 };
	uint64_t shared = 0;

	if (d->report)
		anon = d->report->memory.anon_bytes;
	if (!anon.known && last)
		anon = oom_known((uint64_t)last->anon_kib * 1024);
	/* A little more is the kernel's way of counting. */
	if (parent && anon.known &&
	    oom_at_least(d->members.total_bytes, 100 + SHARED_PERCENT,
			 anon.value))
		shared = d->members.total_bytes - anon.value;
	d->group.parent_bytes = parent ? parent->bytes : 0;
	d->group.own_bytes = d->group.total_bytes > shared
				     ? d->group.total_bytes - shared
				     : 0;
}

bool oom_is_workers(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	struct oom_reading step_peak = f->levels[OOM_LEVEL_STEP].peak_bytes;
	uint64_t local = oom_value_or(f->n_local_tasks, f->n_tasks);
	uint64_t cv_squared = 0, whole, shared, min = WORKERS_MIN,
		 cv = WORKERS_CV;
	const struct oom_member *seed = NULL;
	struct oom_group group;
	bool siblings;

	if (!m->n || has_mpi_launcher(d))
		return false;
	/* They stood still, and one process did it. */
	if (d->grower && d->grower_percent >= GROWER_ALONE)
		return false;
	/* The largest may be the parent that loaded it all. */
	for (unsigned int i = 0; i < m->n && i < 2 && !seed; i++) {
		bool parent_of_next = false;

		for (unsigned int j = i + 1; j < m->n && !i; j++)
			parent_of_next |=
				m->of[j].ppid == m->of[i].pid &&
				m->of[j].bytes >=
					m->of[i].bytes / WORKERS_SIMILAR;
		if (!parent_of_next)
			seed = &m->of[i];
	}
	if (!seed)
		return false;
	siblings = seed->ppid != 0;
	make_group(d, seed, siblings, &group, &cv_squared);
	if (siblings && group.parent) {
		min = 2;
		cv = SIBLINGS_CV;
	} else if (siblings) {
		make_group(d, seed, false, &group, &cv_squared);
	}
	/* One for each task: ranks behind a wrapper script. */
	if (group.count < min || (local > 1 && group.count <= local) ||
	    cv_squared > cv * cv ||
	    (group.count == 2 && oom_late_share(f, d) >= GROWER_ALONE))
		return false;
	d->group = group;
	share_pages(f, d);
	whole = m->total_bytes;
	if (d->group.own_bytes < group.total_bytes)
		whole -= group.total_bytes - d->group.own_bytes;
	d->group.share_percent = whole ? (uint64_t)((double)d->group.own_bytes *
						    100 / (double)whole)
				       : 0;
	/* What they copy of their parent's pages comes on top of those: of all
	 * that came since the fork. */
	shared = group.total_bytes - d->group.own_bytes;
	if (shared >= d->group.parent_bytes && d->group.parent_bytes &&
	    oom_at_least(d->group.own_bytes, COPIED_SHARE, whole))
		whole -= d->group.parent_bytes < whole ? d->group.parent_bytes
						       : whole;
	if (!oom_at_least(d->group.own_bytes, WORKERS_SHARE, whole) ||
	    (step_peak.known && !oom_at_least(step_peak.value, WORKERS_IN_STEP,
					      d->group.own_bytes))) {
		d->group.count = 0;
		return false;
	}
	d->confidence = OOM_MEDIUM;
	if (group.parent && group.count >= WORKERS_MIN &&
	    cv_squared <= WORKERS_CV * WORKERS_CV)
		d->confidence = OOM_HIGH;
	return true;
}

/* Programs that might fit one after the other. */
bool oom_is_several(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	bool one = d->grower
			   ? d->grower_percent >= SEVERAL_GROWTH
			   : m->n && oom_at_least(m->of[0].bytes, SINGLE_SHARE,
						  m->total_bytes);

	if (m->n < 2 || has_mpi_launcher(d) || one ||
	    oom_late_share(f, d) >= GROWER_ALONE ||
	    !oom_at_least(m->of[1].bytes, SECOND_SHARE, m->total_bytes) ||
	    m->of[0].is_task || m->of[1].is_task)
		return false;
	d->several = true;
	d->confidence = d->grower ? OOM_MEDIUM : OOM_LOW;
	return true;
}
