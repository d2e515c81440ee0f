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
	/* ...and alike: coefficient of variation in percent. */
	WORKERS_CV = 35,
	/* A process below this part of its namesakes' largest is their parent,
	 * or just starting: not one of the copies. */
	WORKERS_SIMILAR = 3,
	/* A step whose own peak is below this share of the group's sum does not
	 * hold the whole group: it is spread over several steps. */
	WORKERS_IN_STEP = 70,
	/* One rank out of line: so many ranks, so many times the others' median,
	 * so much of all of it. */
	RANKS_MIN = 4,
	RANK_FACTOR = 3,
	RANK_SHARE = 50,
	/* One process is the story when it holds this share. */
	SINGLE_SHARE = 60,
	/* Below this share of every limit the job cannot be the cause. */
	LIMIT_NEAR = 95,
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

static uint64_t users_total(const struct oom_findings *f,
			    const struct oom_diagnosis *d)
{
	uint64_t total = 0;

	for (unsigned int i = 0; d->report && i < d->report->n_rows; i++) {
		const struct oom_process *p =
			&f->log.rows[d->report->first_row + i];

		if (is_users(f, p))
			total += size_of(p);
	}
	return total;
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

static bool is_tmpfs(const struct oom_findings *f, struct oom_diagnosis *d)
{
	const struct oom_level *after =
		&f->levels[d->limit_level < OOM_LEVELS ? d->limit_level
						       : OOM_LEVEL_JOB];
	uint64_t shmem, anon, limit = oom_value_or(d->limit_bytes, 0);
	struct oom_reading anon_reading = after->anon_bytes;

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
	d->confidence = d->shmem_left_bytes.known &&
					at_least(d->shmem_left_bytes.value, 50,
						 shmem) &&
					shmem > anon
				? OOM_HIGH
				: OOM_MEDIUM;
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

static bool is_rank(const struct oom_findings *f, struct oom_diagnosis *d)
{
	uint64_t sizes[OOM_TASKS_MAX], others[OOM_TASKS_MAX];
	unsigned int n = f->n_tasks, largest = 0, n_others = 0;
	const struct oom_process *row;
	uint64_t total = 0, seen = 0, against = 0, typical;

	if (n < RANKS_MIN || oom_exceeds(f->n_local_tasks, n))
		return false;
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
	if (sizes[largest] / RANK_FACTOR < typical ||
	    !at_least(sizes[largest], RANK_SHARE, total))
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
	if (row && seen * 2 >= n_others)
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
	uint64_t total = users_total(f, d);
	const struct oom_process *p = d->n_top ? d->top[0] : NULL;

	if (!p || strcmp(p->name, "java") != 0 ||
	    !at_least(size_of(p), SINGLE_SHARE,
		      total ? total : oom_value_or(d->usage_bytes, 0)))
		return false;
	/* The command line has the last word with java itself, too. */
	d->java_heap_bytes = java_heap(f->argv);
	d->java_heap_in_argv = d->java_heap_bytes.known;
	if (!d->java_heap_in_argv)
		d->java_heap_bytes = java_heap(f->java_options);
	/* A heap allowed to grow to about the limit had to end like this. */
	d->confidence = d->java_heap_in_argv && d->limit_bytes.known &&
					at_least(d->java_heap_bytes.value, 75,
						 d->limit_bytes.value)
				? OOM_HIGH
				: OOM_MEDIUM;
	return true;
}

static bool is_task(const struct oom_findings *f, uint32_t pid)
{
	for (unsigned int i = 0; i < f->n_tasks; i++)
		if (f->tasks[i].pid.known && f->tasks[i].pid.value == pid)
			return true;
	return false;
}

/*
 * An MPI launcher among the processes: its children are ranks, not workers.
 * Names decide here because the table has no parents.
 */
static bool has_mpi_launcher(const struct oom_findings *f,
			     const struct oom_diagnosis *d)
{
	static const char *const launchers[] = { "hydra_pmi_proxy", "mpiexec",
						 "mpiexec.hydra",   "mpirun",
						 "orted",	    "orterun",
						 "prted",	    "prterun" };

	for (unsigned int i = 0; d->report && i < d->report->n_rows; i++)
		for (size_t j = 0; j < sizeof(launchers) / sizeof(launchers[0]);
		     j++)
			if (!strcmp(f->log.rows[d->report->first_row + i].name,
				    launchers[j]))
				return true;
	return false;
}

/* The processes named like `seed` and of its order of size. */
static struct oom_group make_group(const struct oom_findings *f,
				   const struct oom_diagnosis *d,
				   const struct oom_process *seed,
				   uint64_t *ret_cv_percent)
{
	struct oom_group group = { .count = 0 };
	uint64_t sizes[OOM_TABLE_MAX];
	double mean, variance = 0;

	memcpy(group.name, seed->name, sizeof(group.name));
	for (unsigned int i = 0; i < d->report->n_rows; i++) {
		const struct oom_process *p =
			&f->log.rows[d->report->first_row + i];

		if (!is_users(f, p) || strcmp(p->name, seed->name) != 0 ||
		    size_of(p) < size_of(seed) / WORKERS_SIMILAR ||
		    is_task(f, p->pid))
			continue;
		sizes[group.count++] = size_of(p);
		group.total_bytes += size_of(p);
		if (size_of(p) > group.largest_bytes)
			group.largest_bytes = size_of(p);
	}
	if (!group.count)
		return group;
	group.each_bytes = median(sizes, group.count);
	mean = (double)group.total_bytes / group.count;
	for (unsigned int i = 0; i < group.count; i++)
		variance += ((double)sizes[i] - mean) *
			    ((double)sizes[i] - mean) / group.count;
	/* CV^2 in percent of a percent, without a square root. */
	*ret_cv_percent = mean > 0 ? (uint64_t)(variance * 10000 / mean / mean)
				   : UINT64_MAX;
	return group;
}

static bool is_workers(const struct oom_findings *f, struct oom_diagnosis *d)
{
	uint64_t total = users_total(f, d), cv_squared = 0;
	struct oom_reading step_peak = f->levels[OOM_LEVEL_STEP].peak_bytes;
	uint64_t local = oom_value_or(f->n_local_tasks, f->n_tasks);
	struct oom_group group;

	if (!d->report || !d->n_top || !total || has_mpi_launcher(f, d))
		return false;
	group = make_group(f, d, d->top[0], &cv_squared);
	/* One for each task: ranks behind a wrapper script. */
	if (group.count < WORKERS_MIN || (local > 1 && group.count <= local) ||
	    cv_squared > WORKERS_CV * WORKERS_CV ||
	    !at_least(group.total_bytes, WORKERS_SHARE, total))
		return false;
	if (step_peak.known &&
	    !at_least(step_peak.value, WORKERS_IN_STEP, group.total_bytes))
		return false;
	group.share_percent =
		(uint64_t)((double)group.total_bytes * 100 / (double)total);
	d->group = group;
	/* Parents are not in the table: likely, not certain. */
	d->confidence = OOM_MEDIUM;
	return true;
}

static bool is_one_process(const struct oom_findings *f,
			   struct oom_diagnosis *d)
{
	uint64_t total = users_total(f, d);

	d->confidence = OOM_LOW;
	return d->n_top &&
	       at_least(size_of(d->top[0]), SINGLE_SHARE,
			total ? total : oom_value_or(d->usage_bytes, 0));
}

void oom_diagnose(const struct oom_findings *f, struct oom_diagnosis *d)
{
	/* In this order: the composition first, the guess last. */
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
		{ is_one_process, OOM_CAUSE_UNDER_ALLOCATION },
	};

	memset(d, 0, sizeof(*d));
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
