// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose.h"

#include <string.h>

const char *const oom_cause_names[OOM_CAUSES] = {
	[OOM_CAUSE_NONE] = "none",
	[OOM_CAUSE_UNDER_ALLOCATION] = "under-allocation",
	[OOM_CAUSE_WHOLE_FILE_LOAD] = "whole-file-load",
	[OOM_CAUSE_WORKER_COPIES] = "worker-copies",
	[OOM_CAUSE_LEAK] = "leak",
	[OOM_CAUSE_RANK0_BOTTLENECK] = "rank0-bottleneck",
	[OOM_CAUSE_RANK_IMBALANCE] = "rank-imbalance",
	[OOM_CAUSE_TMPFS] = "tmpfs",
	[OOM_CAUSE_SUDDEN_ALLOCATION] = "sudden-allocation",
	[OOM_CAUSE_JVM] = "jvm",
	[OOM_CAUSE_NODE_OOM] = "node-oom",
	[OOM_CAUSE_UNDETERMINED] = "undetermined",
};

const char *const oom_confidence_names[] = {
	[OOM_LOW] = "low",
	[OOM_MEDIUM] = "medium",
	[OOM_HIGH] = "high",
};

/*
 * The rules' thresholds, all in one place.  Measured on real kills (kernel
 * 6.18 and 6.1): a tmpfs victim held 1 MB of a charge that was 99% shmem; four
 * forked workers differed by a few percent.
 */
enum {
	/* Files in memory explain the kill from this share of the limit on... */
	TMPFS_SHARE = 40,
	/* ...or, being the largest part, from this one. */
	TMPFS_LARGEST_SHARE = 25,
	/* Copies of one worker: at least so many, with so much of it... */
	WORKERS_MIN = 3,
	WORKERS_SHARE = 60,
	/* ...and alike: coefficient of variation in percent; when they have one
	 * parent they may be further apart (each has its own piece of work). */
	WORKERS_CV = 35,
	SIBLINGS_CV = 60,
	/* A process below this part of its namesakes' largest is their parent,
	 * or just starting: not one of the copies. */
	WORKERS_SIMILAR = 3,
	/* A step whose own peak is below this share of the group's sum does not
	 * hold the whole group: it is spread over several steps. */
	WORKERS_IN_STEP = 70,
	/* All processes together claim so much more than is charged: shared. */
	SHARED_PERCENT = 5,
	/* One rank out of line: so many ranks, so many times the others' median,
	 * so much of all of it. */
	RANKS_MIN = 4,
	RANK_FACTOR = 3,
	RANK_SHARE = 50,
	/* Of two or three ranks on a node chance is not so easily told apart. */
	FEW_RANKS_FACTOR = 4,
	FEW_RANKS_SHARE = 60,
	/* A JVM with so much of it is the cause for certain. */
	JVM_SURE = 85,
	/* One process is the story when it holds this share. */
	SINGLE_SHARE = 60,
	/* Below this share of every limit the job cannot be the cause. */
	LIMIT_NEAR = 95,

	/*
	 * The rules on how one process grew.  The grower did most of it.
	 */
	GROWER_SHARE = 60,
	GROWER_ALONE = 80, /* so much, and nobody else counts */
	/* A process with so much of it that was not seen in detail. */
	UNSEEN_SHARE = 5,
	/* Several programs: the second has at least this part of all, and the
	 * first did less than this part of the growth. */
	SECOND_SHARE = 20,
	SEVERAL_GROWTH = 70,
	/* A request: so much of the limit was asked for and not touched. */
	REQUEST_PARTS = 8,
	/* One jump far over the limit: what is in use and what was asked for
	 * are at least so many percent of it; less, and it is a job that needs
	 * somewhat more... */
	SUDDEN_PERCENT = 200,
	SUDDEN_SURE_PERCENT = 300,
	/* ...unless it came after a steady life of this part of the growth. */
	SUDDEN_LATE_PERCENT = 150,
	/* A file that is kept: so much of the late growth came while reading... */
	LOAD_GROWTH = 50,
	LOAD_GROWTH_SURE = 85,
	/* ...at least one byte read for so many of growth (text becomes objects
	 * of 5 to 20 times its size; compressed text of more)... */
	LOAD_INFLATES = 40,
	/* ...and one byte of growth for so many read, or it is streamed. */
	LOAD_KEEPS = 3,
	LOAD_MOVES = 3, /* so often its position was seen to move */
	/* A file that was read to its end, at least this part of the limit. */
	LOADED_PARTS = 20,
	/* A request as large as a file, in percent: some of it was touched
	 * before the next look. */
	TWIN_LEAST = 75,
	TWIN_MOST = 106,
	/* A file that was read to its end, and what is made of it: the file is
	 * at least this part of the limit, and it grew so many times. */
	MADE_OF_PARTS = 10,
	MADE_OF_TIMES = 4,
	/* Plan or loop: an array of at least a twelfth of the limit is planned
	 * for certain, one of a twentieth most likely (a loop goes round more
	 * often), and so are up to seven stages with pauses between. */
	PLAN_SURE_PARTS = 12,
	PLAN_PARTS = 20,
	PLAN_STAGES = 7,
	/* What a loop keeps each time is small. */
	LOOP_PARTS = 40,
	/* A loop: it sleeps or waits so much of its time, or computes so long
	 * for each MiB that it keeps (filling memory takes 1 ms, building
	 * objects of Python or Perl up to 10). */
	LOOP_IDLE = 30,
	LOOP_IDLE_SURE = 50,
	LOOP_SLEEPS = 6, /* and so often: a busy node makes anybody wait */
	LOOP_SLEEPS_SURE = 50,
	/* ...or it slept again and again all the while, however short that was
	 * against the time that new pages take on a slow machine... */
	LOOP_BETWEEN = 80,
	LOOP_BETWEEN_SLEEPS = 20,
	LOOP_US_PER_MIB = 12000,
	/* ...and so many times what filling it takes on this machine. */
	LOOP_YARDS = 4,
	PAGES_PER_MIB = 256,
	/* A pace that goes on: the last third against the first, in percent. */
	PACE_GOES_ON = 50,
	PACE_STEADY = 65,
	PACE_STEADY_MOST = 400,
	LOOKS_SURE = 10,
	LOOKS_LIKELY = 7, /* fewer show growth, but hardly how it came */
	/* More than this part of the growth came after the last look at it: how
	 * it grew was not seen. */
	UNSEEN_PARTS = 4,
	/* This part of it between two looks: nobody can be certain. */
	BLIND_PARTS = 2,
};

static bool at_least(uint64_t part, uint64_t percent, uint64_t whole)
{
	/* In percent of KiB, so that nothing overflows. */
	return whole && part / 1024 * 100 >= whole / 1024 * percent;
}

static uint64_t size_of(const struct oom_process *p)
{
	/* Shared pages would count once for each process: anon where known. */
	if (p->anon_bytes.known)
		return p->anon_bytes.value;
	return oom_value_or(p->rss_bytes, 0);
}

/* ---- whose limit ---- */

static bool is_level(const struct oom_findings *f, enum oom_level_kind kind,
		     const char *kernel_path)
{
	const char *path = f->levels[kind].path;
	size_t len = strlen(kernel_path), own = strlen(path);

	/* A cgroup namespace shows us less of the path than the kernel does. */
	return own && len >= own && !strcmp(kernel_path + len - own, path);
}

static void find_limit(const struct oom_findings *f, struct oom_diagnosis *d)
{
	enum oom_level_kind kind = OOM_LEVELS;
	bool nested = false, guess;

	if (d->report && d->report->constraint != OOM_CONSTRAINT_UNKNOWN) {
		const struct oom_report *r = d->report;

		for (int i = OOM_LEVEL_USER; i < OOM_LEVELS; i++)
			if (is_level(f, i, r->oom_memcg))
				kind = i;
		/*
		 * Neither the job's nor below it: the node, or a cgroup above
		 * the job.  A memcg kill without a path was rate-limited.
		 */
		nested = oom_kernel_path_within(r->oom_memcg,
						f->levels[OOM_LEVEL_STEP].path);
		d->node_limit =
			r->constraint != OOM_CONSTRAINT_MEMCG ||
			(kind == OOM_LEVELS && r->oom_memcg[0] && !nested);
		/* A cgroup inside the step, a container's: no level of ours. */
		nested = nested && kind == OOM_LEVELS;
	}
	/* Nothing to guess where nothing was killed. */
	guess = !d->node_limit && !nested && oom_exceeds(d->kills, 0);
	/* No report: `oom` counts where the limit was, and in its ancestors. */
	for (int i = OOM_LEVEL_USER;
	     i < OOM_LEVELS && kind == OOM_LEVELS && guess; i++)
		if (oom_limited(f->levels[i].limit_bytes) &&
		    oom_exceeds(f->levels[i].oom, 0))
			kind = i;
	/* Nor that (v1 has no such counter): the limit that its peak reached. */
	for (int i = OOM_LEVEL_JOB;
	     i >= OOM_LEVEL_USER && kind == OOM_LEVELS && guess; i--)
		if (oom_limited(f->levels[i].limit_bytes) &&
		    f->levels[i].peak_bytes.known &&
		    at_least(f->levels[i].peak_bytes.value, LIMIT_NEAR,
			     f->levels[i].limit_bytes.value))
			kind = i;
	d->limit_level = kind;
	/* A healthy step, or the node: the job's numbers are the interesting. */
	if (kind == OOM_LEVELS)
		kind = OOM_LEVEL_JOB;
	if (nested) {
		d->limit_bytes = d->report->memory.limit_bytes;
		d->usage_bytes = d->peak_bytes = d->report->memory.usage_bytes;
		return;
	}
	d->limit_bytes = f->levels[kind].limit_bytes;
	if (!oom_limited(d->limit_bytes))
		d->limit_bytes.known = false;
	d->peak_bytes = f->levels[kind].peak_bytes;
	if (d->report && !d->node_limit) {
		const struct oom_level *memory = &d->report->memory;

		if (!d->limit_bytes.known && oom_limited(memory->limit_bytes))
			d->limit_bytes = memory->limit_bytes;
		d->usage_bytes = memory->usage_bytes;
		/* Kernels before 5.19 keep no peak on v2. */
		if (!d->peak_bytes.known)
			d->peak_bytes = memory->usage_bytes;
	}
	if (!d->usage_bytes.known && !d->node_limit && d->kills.value)
		d->usage_bytes = d->limit_bytes;
}

/* ---- who ---- */

/* Other users' processes stand in a node's report: they are not shown. */
static bool is_users(const struct oom_findings *f, const struct oom_process *p)
{
	return f->uid.known && p->uid == f->uid.value;
}

static void find_top(const struct oom_findings *f, struct oom_diagnosis *d)
{
	for (unsigned int i = 0; d->report && i < d->report->n_rows; i++) {
		const struct oom_process *p =
			&f->log.rows[d->report->first_row + i];
		unsigned int at;

		if (!is_users(f, p))
			continue;
		for (at = 0; at < d->n_top; at++)
			if (size_of(p) > size_of(d->top[at]))
				break;
		if (at == OOM_TOP)
			continue;
		if (d->n_top < OOM_TOP)
			d->n_top++;
		memmove(&d->top[at + 1], &d->top[at],
			(d->n_top - 1 - at) * sizeof(d->top[0]));
		d->top[at] = p;
	}
	/* No table: the victim is the one process that the kernel named. */
	if (!d->n_top && d->report && d->report->victim.rss_bytes.known)
		d->top[d->n_top++] = &d->report->victim;
}

/* ---- causes; each one true when its evidence stands ---- */

static bool is_node(const struct oom_findings *f, struct oom_diagnosis *d)
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
		    at_least(level->peak_bytes.value, LIMIT_NEAR,
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

static bool is_tmpfs(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_level *after =
		&f->levels[d->limit_level < OOM_LEVELS ? d->limit_level
						       : OOM_LEVEL_JOB];
	uint64_t shmem, anon, limit = oom_value_or(d->limit_bytes, 0);
	struct oom_reading anon_reading = after->anon_bytes;
	bool files;

	d->shmem_left_bytes = after->shmem_bytes;
	d->shmem_bytes = after->shmem_bytes;
	if (d->report && d->report->memory.shmem_bytes.known) {
		d->shmem_bytes = d->report->memory.shmem_bytes;
		anon_reading = d->report->memory.anon_bytes;
	}
	if (!d->shmem_bytes.known || !limit)
		return false;
	shmem = d->shmem_bytes.value;
	anon = oom_value_or(anon_reading, limit);
	if (!at_least(shmem, TMPFS_SHARE, limit) &&
	    !(shmem > anon && at_least(shmem, TMPFS_LARGEST_SHARE, limit)))
		return false;
	find_tmpfs_file(f, d);
	/* Without a report this is the end of the step, not the kill. */
	if (!d->report || !d->report->memory.shmem_bytes.known) {
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
		 at_least(d->shmem_left_bytes.value, 50, shmem));
	d->confidence = files && shmem > anon ? OOM_HIGH : OOM_MEDIUM;
	return true;
}

static uint64_t median(uint64_t *values, unsigned int n)
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

static bool is_launched_rank(struct oom_diagnosis *d);

static bool is_rank(const struct oom_findings *f, struct oom_diagnosis *d)
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
	share = n < RANKS_MIN ? FEW_RANKS_SHARE : RANK_SHARE;
	for (unsigned int i = 0; i < n; i++) {
		struct oom_reading bytes = rank_bytes(&f->tasks[i]);

		if (!bytes.known || !f->tasks[i].rank.known)
			return false;
		sizes[i] = bytes.value;
		total += bytes.value;
		if (sizes[i] > sizes[largest])
			largest = i;
	}
	for (unsigned int i = 0; i < n; i++)
		if (i != largest)
			others[n_others++] = sizes[i];
	typical = median(others, n_others);
	if (sizes[largest] / factor < typical ||
	    !at_least(sizes[largest], share, total))
		return false;
	d->rank = (struct oom_rank){ .rank = f->tasks[largest].rank.value,
				     .bytes = sizes[largest],
				     .others_bytes = typical,
				     .n_others = n_others };
	/* High when the kernel's own table shows the same at the kill. */
	d->confidence = OOM_MEDIUM;
	row = find_row(f, d, f->tasks[largest].pid);
	for (unsigned int i = 0; row && i < n; i++) {
		const struct oom_process *other =
			find_row(f, d, f->tasks[i].pid);

		if (!other || other == row)
			continue;
		if (size_of(other) <= size_of(row) / RANK_FACTOR)
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

/* A JVM is the mechanism itself, whatever program runs in it. */
static bool is_jvm(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_member *p = d->members.n ? &d->members.of[0] : NULL;

	if (!p || strcmp(p->name, "java") != 0 ||
	    !at_least(p->bytes, SINGLE_SHARE, d->members.total_bytes))
		return false;
	/* The command line has the last word with java itself, too. */
	d->java_heap_bytes = java_heap(f->argv);
	d->java_heap_in_argv = d->java_heap_bytes.known;
	if (!d->java_heap_in_argv)
		d->java_heap_bytes = java_heap(f->java_options);
	/* A heap allowed to grow to about the limit had to end like this; and
	 * where there is hardly anything else, it was the JVM in any case. */
	d->confidence = (d->java_heap_in_argv && d->limit_bytes.known &&
			 at_least(d->java_heap_bytes.value, 75,
				  d->limit_bytes.value)) ||
					at_least(p->bytes, JVM_SURE,
						 d->members.total_bytes)
				? OOM_HIGH
				: OOM_MEDIUM;
	return true;
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
	share = n + 1 < RANKS_MIN ? FEW_RANKS_SHARE : RANK_SHARE;
	typical = median(others, n);
	if (big->bytes / factor < typical ||
	    !at_least(big->bytes, share, total + big->bytes))
		return false;
	d->rank = (struct oom_rank){ .rank = before,
				     .bytes = big->bytes,
				     .others_bytes = typical,
				     .n_others = n };
	d->confidence = n + 1 < RANKS_MIN ? OOM_MEDIUM : OOM_HIGH;
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
	group->each_bytes = median(sizes, group->count);
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
	    at_least(d->members.total_bytes, 100 + SHARED_PERCENT, anon.value))
		shared = d->members.total_bytes - anon.value;
	d->group.parent_bytes = parent ? parent->bytes : 0;
	d->group.own_bytes = d->group.total_bytes > shared
				     ? d->group.total_bytes - shared
				     : 0;
}

/*
 * Of what grew in the last half of the grower's time the largest part that one
 * process did, in percent: others may have stood there for long.  0: some were
 * not seen, which is not the same as not grown.
 */
static uint64_t late_share(const struct oom_findings *f,
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
		    at_least(m->bytes, UNSEEN_SHARE, d->members.total_bytes))
			return 0;
		most = kib > most ? kib : most;
		all += kib;
	}
	return all ? most * 100 / all : 0;
}

static bool is_workers(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	struct oom_reading step_peak = f->levels[OOM_LEVEL_STEP].peak_bytes;
	uint64_t local = oom_value_or(f->n_local_tasks, f->n_tasks);
	uint64_t cv_squared = 0, whole, min = WORKERS_MIN, cv = WORKERS_CV;
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
	    (group.count == 2 && late_share(f, d) >= GROWER_ALONE))
		return false;
	d->group = group;
	share_pages(f, d);
	whole = m->total_bytes;
	if (d->group.own_bytes < group.total_bytes)
		whole -= group.total_bytes - d->group.own_bytes;
	if (!at_least(d->group.own_bytes, WORKERS_SHARE, whole) ||
	    (step_peak.known &&
	     !at_least(step_peak.value, WORKERS_IN_STEP, d->group.own_bytes))) {
		d->group.count = 0;
		return false;
	}
	d->group.share_percent =
		(uint64_t)((double)d->group.own_bytes * 100 / (double)whole);
	d->confidence = OOM_MEDIUM;
	if (group.parent && group.count >= WORKERS_MIN &&
	    cv_squared <= WORKERS_CV * WORKERS_CV)
		d->confidence = OOM_HIGH;
	return true;
}

/* ---- one process, by how it grew ---- */

/* Programs that might fit one after the other. */
static bool is_several(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	bool one = d->grower ? d->grower_percent >= SEVERAL_GROWTH
			     : m->n && at_least(m->of[0].bytes, SINGLE_SHARE,
						m->total_bytes);

	if (m->n < 2 || has_mpi_launcher(d) || one ||
	    late_share(f, d) >= GROWER_ALONE ||
	    !at_least(m->of[1].bytes, SECOND_SHARE, m->total_bytes) ||
	    m->of[0].is_task || m->of[1].is_task)
		return false;
	(void)f;
	d->several = true;
	d->confidence = d->grower ? OOM_MEDIUM : OOM_LOW;
	return true;
}

/* One of the ranks of an MPI program, by srun or by a launcher. */
static bool is_a_rank(const struct oom_members *m, const struct oom_member *p)
{
	const struct oom_member *parent = oom_member_by_pid(m, p->ppid);

	return p->is_task || (parent && is_mpi_launcher(parent->name));
}

static bool is_single(const struct oom_findings *f,
		      const struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;

	/* Several ranks that are alike are one story, too. */
	return d->shape_known && (d->grower_percent >= GROWER_SHARE ||
				  late_share(f, d) >= GROWER_SHARE ||
				  (m->n > 1 && is_a_rank(m, &m->of[0])));
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

static bool is_sudden(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	uint64_t percent = wanted_percent(d);
	uint32_t before = s->request_ms > s->to_ms ? 0 : s->request_ms;
	bool late;

	if (!is_single(f, d) || s->untouched_kib < limit_kib(d) / REQUEST_PARTS)
		return false;
	/* Most of its life was over, and quiet, when it asked. */
	late = s->request_known && before > (s->to_ms - before) * 2;
	if (percent < (late ? SUDDEN_LATE_PERCENT : SUDDEN_PERCENT))
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

static bool is_load(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	const struct oom_record_file *file = NULL;
	struct oom_reading size = { 0 };
	bool tracks, ends, lumps = false;

	if (!is_single(f, d))
		return false;
	d->file = find_twin(f, d);
	if (d->file >= 0) {
		d->confidence = OOM_HIGH;
		return true;
	}
	d->file = oom_history_file(f, d->grower->pid, s->began_ms);
	if (d->file >= 0) {
		file = &f->history.record.files[d->file];
		size = f->history.facts[d->file].size_bytes;
	}
	tracks = s->late_read_percent >= LOAD_GROWTH &&
		 s->read_kib * LOAD_INFLATES >= s->grown_kib &&
		 s->grown_kib * LOAD_KEEPS >= s->read_kib;
	/* Compressed, the file may be small: it moves on all the same. */
	if (!tracks && file && file->moves >= LOAD_MOVES && size.known &&
	    s->late_read_percent >= LOAD_GROWTH &&
	    s->grown_kib * LOAD_KEEPS >= s->read_kib)
		tracks = file->position < size.value;
	/* Large reads are counted only when they return: lumps, that fit all
	 * the same when they add up to half of what grew. */
	if (!tracks && file && file->moves >= LOAD_MOVES && size.known &&
	    file->position < size.value && s->read_kib * 2 >= s->grown_kib &&
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
	if (!tracks && !ends)
		return false;
	d->confidence = s->grown_points < LOOKS_LIKELY ? OOM_LOW : OOM_MEDIUM;
	if (tracks && (s->late_read_percent >= LOAD_GROWTH_SURE || lumps) &&
	    s->grown_points >= LOOKS_LIKELY && was_seen_closely(s))
		d->confidence = OOM_HIGH;
	return true;
}

static bool was_seen(const struct oom_shape *s)
{
	return s->unseen_kib * UNSEEN_PARTS <= s->grown_kib;
}

/* Arrays of a plan: large requests, or a few stages. */
static bool is_planned(struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;

	d->planned_requests = s->chunk_kib * PLAN_PARTS >= limit_kib(d);
	d->planned_stages = s->stages >= 2 && s->stages <= PLAN_STAGES &&
			    was_seen(s);
	return d->planned_requests || d->planned_stages;
}

static bool computes(const struct oom_findings *f, const struct oom_shape *s)
{
	uint64_t fill_us =
		(uint64_t)f->history.record.page_ns * PAGES_PER_MIB / 1000;

	return s->user_us_per_mib >= LOOP_US_PER_MIB &&
	       s->user_us_per_mib >= fill_us * LOOP_YARDS;
}

/* A cache that fills up, or an end that is near. */
static bool slows_down(const struct oom_shape *s)
{
	return s->late_percent * 100 < s->early_percent * PACE_GOES_ON &&
	       was_seen(s);
}

static bool is_leak(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_shape *s = &d->shape;
	bool between, idle, works, steady, late, sawtooth;

	if (!is_single(f, d) || s->grown_points < 4)
		return false;
	sawtooth = s->falls >= 2 && s->floor_kib * 20 > (int64_t)s->grown_kib;
	/* Of one thread only: others' waiting for work says nothing. */
	between = s->sleeping_percent >= LOOP_BETWEEN &&
		  s->sleeps >= LOOP_BETWEEN_SLEEPS;
	idle = s->idle_percent.known &&
	       (between || (s->idle_percent.value >= LOOP_IDLE &&
			    s->sleeps >= LOOP_SLEEPS));
	works = idle || computes(f, s);
	steady = s->late_percent * 100 >= s->early_percent * PACE_STEADY &&
		 s->late_percent * 100 <= s->early_percent * PACE_STEADY_MOST;
	/* What went up and down before was not steady. */
	late = s->before_ms > s->to_ms - s->from_ms && !s->falls;
	d->sawtooth = sawtooth;
	d->slows = slows_down(s);
	if (sawtooth) {
		d->confidence = s->falls >= 3 ? OOM_HIGH : OOM_MEDIUM;
		return true;
	}
	if (is_planned(d) || slows_down(s) || !(works || late) || !was_seen(s))
		return false;
	d->confidence = s->grown_points < LOOKS_LIKELY ? OOM_LOW : OOM_MEDIUM;
	if (steady && works && s->grown_points >= LOOKS_SURE &&
	    s->chunk_kib * LOOP_PARTS <= limit_kib(d) &&
	    (computes(f, s) ||
	     (idle && (s->idle_percent.value >= LOOP_IDLE_SURE ||
		       s->sleeps >= LOOP_SLEEPS_SURE))))
		d->confidence = OOM_HIGH;
	return true;
}

/* Ranks of one program that are alike: what one does, all do. */
static void find_alike(struct oom_diagnosis *d)
{
	const struct oom_members *m = &d->members;
	uint64_t sizes[OOM_MEMBERS_MAX];

	if (m->n < 2 || !is_a_rank(m, &m->of[0]))
		return;
	for (unsigned int i = 0; i < m->n; i++)
		if (is_a_rank(m, &m->of[i]) &&
		    !strcmp(m->of[i].name, m->of[0].name))
			sizes[d->alike++] = m->of[i].bytes;
	if (d->alike < 2)
		d->alike = 0;
	else
		d->alike_bytes = median(sizes, d->alike);
}

static bool is_need(const struct oom_findings *f, struct oom_diagnosis *d)
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

		return m->n && (at_least(m->of[0].bytes, SINGLE_SHARE, whole) ||
				(m->n > 1 && is_a_rank(m, &m->of[0])));
	}
	/* Its whole need shows: it had asked for it. */
	if (s->untouched_kib >= limit_kib(d) / REQUEST_PARTS)
		d->confidence = OOM_HIGH;
	else if (is_planned(d))
		d->confidence = s->chunk_kib * PLAN_SURE_PARTS >= limit_kib(d)
					? OOM_HIGH
				: d->planned_stages ? OOM_MEDIUM
						    : OOM_LOW;
	else if (d->slows)
		d->confidence = OOM_MEDIUM;
	else
		d->or_cause = OOM_CAUSE_LEAK;
	return true;
}

static void find_grower(const struct oom_findings *f, struct oom_diagnosis *d)
{
	d->grower = oom_history_grower(f, d->report, &d->members,
				       &d->grower_percent);
	if (d->grower)
		d->shape_known =
			oom_history_shape(f, d->report, d->grower, &d->shape);
}

void oom_diagnose(const struct oom_findings *f, struct oom_diagnosis *d)
{
	/* In this order: the composition first, then who, then how. */
	static const struct {
		bool (*stands)(const struct oom_findings *f,
			       struct oom_diagnosis *d);
		enum oom_cause cause;
	} rules[] = {
		{ is_node, OOM_CAUSE_NODE_OOM },
		{ is_tmpfs, OOM_CAUSE_TMPFS },
		{ is_rank, OOM_CAUSE_RANK_IMBALANCE },
		{ is_jvm, OOM_CAUSE_JVM },
		{ is_workers, OOM_CAUSE_WORKER_COPIES },
		{ is_several, OOM_CAUSE_UNDER_ALLOCATION },
		{ is_load, OOM_CAUSE_WHOLE_FILE_LOAD },
		{ is_sudden, OOM_CAUSE_SUDDEN_ALLOCATION },
		{ is_leak, OOM_CAUSE_LEAK },
		{ is_need, OOM_CAUSE_UNDER_ALLOCATION },
	};

	memset(d, 0, sizeof(*d));
	d->file = d->tmpfs_file = -1;
	d->kills = oom_findings_kills(f);
	if (f->log.n_reports)
		d->report = &f->log.reports[0];
	find_limit(f, d);
	if (!oom_exceeds(d->kills, 0)) {
		d->cause = OOM_CAUSE_NONE;
		d->confidence = d->kills.known ? OOM_HIGH : OOM_LOW;
		return;
	}
	find_top(f, d);
	oom_members_find(f, d->report, &d->members);
	find_grower(f, d);
	d->cause = OOM_CAUSE_UNDETERMINED;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].stands(f, d)) {
			d->cause = rules[i].cause;
			break;
		}
	if (d->cause == OOM_CAUSE_RANK_IMBALANCE && !d->rank.rank)
		d->cause = OOM_CAUSE_RANK0_BOTTLENECK;
	if (d->cause == OOM_CAUSE_UNDETERMINED)
		d->confidence = OOM_LOW;
}
