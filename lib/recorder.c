// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"

enum {
#ifdef __SANITIZE_ADDRESS__
	JOIN_MS = 3000, /* all is slow there, and what is left is a finding */
#else
	JOIN_MS = 50, /* a step's end does not wait for it */
#endif
	PACE_MIN_MS = 10,
	PACE_MAX_MS = 1000,
	GUARD_PACE_MS = 250, /* too slow for what takes half a second */
	PACE_PART = 8,	     /* of the time to the limit */
	CALM_PART = 4,	     /* of the time since the usage last moved */
	MOVED_PARTS = 256,   /* of the limit: the usage moved */
	DETAIL_PARTS = 40,   /* of the limit: worth a look at the processes */
	NEAR_PERCENT = 90,
	REST_FIRST_MS = 1000, /* between details while nothing moves... */
	REST_MAX_MS = 60000,  /* ...doubling up to this */
	/* Details may take so much CPU at once, and one percent from then on. */
	BURST_US = 300000,
	FILES_OF = 3, /* processes whose open files are listed */
	FILES_EACH = 4,
	TASKS_A_LOOK = 32,
	THRESHOLDS = 7,
	THRESHOLD_PACE_MS = 20, /* the next look is as far off as one takes */
	YARD_PAGES = 9,
};

uint32_t oom_recorder_pace(uint64_t usage, uint64_t limit, double growth,
			   uint32_t calm_ms)
{
	double next = PACE_MAX_MS;

	if (growth > 0 && limit > usage)
		next = (double)(limit - usage) / growth / PACE_PART;
	if (calm_ms / CALM_PART < next)
		next = calm_ms / CALM_PART;
	if (next < PACE_MIN_MS)
		return PACE_MIN_MS;
	return next < PACE_MAX_MS ? (uint32_t)next : PACE_MAX_MS;
}

static uint32_t now_ms(const struct oom_recorder *r)
{
	return oom_u32((oom_now_us() - r->start_us) / 1000);
}

static uint64_t cpu_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- the cgroup's files ---- */

static int open_file(const struct oom_recorder *r, const char *folder,
		     const char *file, int flags)
{
	char path[OOM_CGROUP_PATH_MAX + 40];
	int len = snprintf(path, sizeof(path), "%s/%s", folder + 1, file);

	if (!folder[0] || len < 0 || (size_t)len >= sizeof(path))
		return -1;
	return openat(r->mount_fd, path, flags | O_CLOEXEC | O_NOFOLLOW);
}

static bool read_number(int fd, uint64_t *ret)
{
	char text[32];
	ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof(text), 0);

	return got > 0 && !oom_parse_u64(oom_span_trim((struct oom_span){
						 text, (size_t)got }),
					 ret);
}

/* The level whose limit is the smallest; of equals the job's own. */
static enum oom_level_kind find_limit(struct oom_recorder *r)
{
	const char *file = r->version == OOM_CGROUP_V2
				   ? "memory.max"
				   : "memory.limit_in_bytes";
	const char *files[] = { file, NULL };
	enum oom_level_kind found = OOM_LEVEL_JOB;
	uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES),
		 best = pages * (uint64_t)sysconf(_SC_PAGESIZE);

	for (int kind = OOM_LEVEL_USER; kind <= OOM_LEVEL_JOB; kind++) {
		struct oom_level level = { .path = "" };

		if (!oom_level_read(&level, r->mount_fd, r->place, kind,
				    files) &&
		    oom_limited(level.limit_bytes) &&
		    level.limit_bytes.value <= best) {
			best = level.limit_bytes.value;
			found = kind;
		}
	}
	r->limit_kib = best / 1024;
	return found;
}

static void watch_v2(struct oom_recorder *r, int kind)
{
	char folder[OOM_CGROUP_PATH_MAX], path[OOM_CGROUP_PATH_MAX + 64];

	oom_cgroup_level_path(r->place, kind, folder);
	/* By descriptor: the mount point's path need not be ours to walk. */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d%s/memory.events",
		       r->mount_fd, folder);
	if (folder[0])
		(void)inotify_add_watch(r->notify_fd, path, IN_MODIFY);
}

/* cgroup.event_control takes "EVENTFD FILE [ARGS]" (cgroup-v1/memory.rst). */
static void watch_v1(const struct oom_recorder *r, int control, int fd,
		     uint64_t threshold)
{
	char text[64];
	int len;

	if (threshold)
		len = snprintf(text, sizeof(text), "%d %d %llu", r->notify_fd,
			       fd, (unsigned long long)threshold);
	else
		len = snprintf(text, sizeof(text), "%d %d", r->notify_fd, fd);
	if (control >= 0 && fd >= 0)
		(void)!write(control, text, (size_t)len);
}

static void watch_events(struct oom_recorder *r, int limit_level)
{
	char folder[OOM_CGROUP_PATH_MAX];
	int fds[2];

	if (r->version == OOM_CGROUP_V2) {
		r->notify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		if (r->notify_fd < 0)
			return;
		watch_v2(r, OOM_LEVEL_STEP);
		watch_v2(r, OOM_LEVEL_JOB);
		return;
	}
	r->notify_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->notify_fd < 0)
		return;
	oom_cgroup_level_path(r->place, limit_level, folder);
	fds[0] = open_file(r, folder, "cgroup.event_control", O_WRONLY);
	fds[1] = open_file(r, folder, "memory.oom_control", O_RDONLY);
	watch_v1(r, fds[0], fds[1], 0);
	r->control_fd = fds[0];
	/* The kernel holds the eventfd and the cgroup, not this. */
	if (fds[1] >= 0)
		(void)close(fds[1]);
}

/*
 * What fills its limit between two looks is seen on its way.  One threshold at
 * a time, while there is time: the kernel waits for a grace period in each
 * (__mem_cgroup_usage_register_event(): synchronize_rcu(), 10 to 20 ms).
 */
static void watch_next_threshold(struct oom_recorder *r)
{
	if (r->control_fd < 0)
		return;
	if (r->n_thresholds < THRESHOLDS) {
		r->n_thresholds++;
		watch_v1(r, r->control_fd, r->usage_fd,
			 r->limit_kib / (THRESHOLDS + 1) * r->n_thresholds *
				 1024);
		return;
	}
	(void)close(r->control_fd);
	r->control_fd = -1;
}

static void open_files(struct oom_recorder *r)
{
	bool v2 = r->version == OOM_CGROUP_V2;
	enum oom_level_kind level = find_limit(r);
	char folder[OOM_CGROUP_PATH_MAX];

	oom_cgroup_level_path(r->place, level, folder);
	r->usage_fd = open_file(r, folder,
				v2 ? "memory.current" : "memory.usage_in_bytes",
				O_RDONLY);
	oom_cgroup_level_path(r->place, OOM_LEVEL_STEP, folder);
	r->stat_fd = open_file(r, folder, "memory.stat", O_RDONLY);
	watch_events(r, (int)level);
	oom_record_begin(r->record, r->limit_kib);
}

static void close_files(struct oom_recorder *r)
{
	int fds[] = { r->usage_fd,  r->stat_fd,	   r->events_fd,
		      r->notify_fd, r->control_fd, atomic_load(&r->kmsg_fd) };

	oom_close_all(fds, sizeof(fds) / sizeof(fds[0]));
}

/* ---- kills ---- */

static uint64_t v1_kills(struct oom_recorder *r, bool *at_it)
{
	struct oom_level level = { .path = "" };
	uint64_t kills;
	uint32_t n = atomic_load(&r->n_tasks);

	(void)oom_level_read(&level, r->mount_fd, r->place, OOM_LEVEL_STEP,
			     oom_v1_events);
	kills = oom_value_or(level.oom_kill, 0);
	*at_it = oom_exceeds(level.under_oom, 0);
	for (uint32_t i = 0; i < n; i++) {
		memset(&level, 0, sizeof(level));
		if (r->tasks[i].placed)
			(void)oom_level_read(&level, r->mount_fd,
					     &r->tasks[i].place, OOM_LEVEL_TASK,
					     oom_v1_events);
		kills += oom_value_or(level.oom_kill, 0);
	}
	return kills;
}

/* `at_it`: the killer may be writing its report. */
static bool count_kills(struct oom_recorder *r, uint64_t *kills,
			uint64_t *events, bool *at_it)
{
	struct oom_level level = { .path = "" };
	char text[512];
	ssize_t got;

	r->events_ms = r->at_ms;
	if (r->version != OOM_CGROUP_V2) {
		*kills = v1_kills(r, at_it);
		*events = 0;
		return true;
	}
	got = r->events_fd < 0 ? -1
			       : pread(r->events_fd, text, sizeof(text), 0);
	if (got <= 0)
		return false;
	oom_level_parse(&level, "memory.events",
			(struct oom_span){ text, (size_t)got });
	*kills = oom_value_or(level.oom_kill, 0);
	/* Counted before the report is written. */
	*events = oom_value_or(level.oom, 0);
	*at_it = *events > 0;
	return true;
}

/*
 * The first of all: what was counted before, in a cgroup that an earlier life
 * of the job left, and where the kernel's log ended before our first kill.  The
 * task may run by now: where kills are counted, or one is under way, the whole
 * log has to be read.
 */
static void begin_counting(struct oom_recorder *r)
{
	int fd = open(r->kmsg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char folder[OOM_CGROUP_PATH_MAX];
	bool at_it = false;

	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_END);
	oom_cgroup_level_path(r->place, OOM_LEVEL_STEP, folder);
	if (r->version == OOM_CGROUP_V2)
		r->events_fd = open_file(r, folder, "memory.events", O_RDONLY);
	if (!count_kills(r, &r->kills, &r->oom_events, &at_it))
		at_it = true;
	r->kills_before = r->kills;
	if (fd >= 0 && (r->kills || at_it)) {
		(void)close(fd);
		fd = -1;
	}
	atomic_store(&r->kmsg_fd, fd);
	atomic_store(&r->counted, true);
}

/* True when something about running out of memory happened since the last. */
static bool read_events(struct oom_recorder *r)
{
	uint64_t kills, events;
	bool at_it;

	if (!count_kills(r, &kills, &events, &at_it))
		return false;
	if (kills <= r->kills && events <= r->oom_events)
		return false;
	r->oom_events = events;
	if (kills > r->kills) {
		r->kills = kills;
		r->killed_ms = r->at_ms;
		oom_record_kills(r->record, kills - r->kills_before, r->at_ms);
	}
	return true;
}

/* ---- the usage ---- */

static uint64_t difference(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void read_usage(struct oom_recorder *r)
{
	uint32_t before = r->at_ms;
	uint64_t usage = 0;
	double pace_now;

	r->at_ms = now_ms(r);
	if (!read_number(r->usage_fd, &usage))
		return;
	usage /= 1024;
	if (r->at_ms > before) {
		pace_now = usage > r->usage_kib
				   ? (double)(usage - r->usage_kib) /
					     (r->at_ms - before)
				   : 0;
		/* Rising at once, falling slowly: bursts come in groups. */
		r->pace = pace_now > r->pace ? pace_now
					     : (r->pace * 3 + pace_now) / 4;
	}
	if (difference(usage, r->usage_kib) > r->limit_kib / MOVED_PARTS)
		r->moved_ms = r->at_ms;
	r->usage_kib = usage;
}

static void read_stat(struct oom_recorder *r, bool always)
{
	struct oom_level level = { .path = "" };
	struct oom_series_point point = { .at_ms = r->at_ms,
					  .job_kib = oom_u32(r->usage_kib) };
	char text[4096];
	ssize_t got = r->stat_fd < 0 ? -1
				     : pread(r->stat_fd, text, sizeof(text), 0);

	if (got > 0)
		oom_level_parse(&level, "memory.stat",
				(struct oom_span){ text, (size_t)got });
	r->anon_kib = oom_value_or(level.anon_bytes, 0) / 1024;
	r->shmem_kib = oom_value_or(level.shmem_bytes, 0) / 1024;
	point.anon_kib = oom_u32(r->anon_kib);
	point.shmem_kib = oom_u32(r->shmem_kib);
	point.file_kib = oom_u32(oom_value_or(level.file_bytes, 0) / 1024);
	point.kernel_kib = oom_u32(oom_value_or(level.kernel_bytes, 0) / 1024);
	oom_record_usage(r->record, &point, always);
	r->stat_usage_kib = r->usage_kib;
	r->stat_ms = r->at_ms;
}

/* ---- processes ---- */

/* The step's processes; a long list is begun somewhere else each time. */
static unsigned int list_pids(struct oom_recorder *r)
{
	char path[OOM_CGROUP_PATH_MAX], text[4096];
	uint32_t n_tasks = atomic_load(&r->n_tasks), first = 0;
	unsigned int n = 0;

	if (n_tasks > TASKS_A_LOOK)
		first = r->turn * TASKS_A_LOOK % n_tasks;
	for (uint32_t i = 0; i < n_tasks && i < TASKS_A_LOOK; i++) {
		const struct oom_evidence_task *task =
			&r->tasks[(first + i) % n_tasks];
		int fd = -1;
		ssize_t got = 0;
		size_t left = 0;

		if (!task->placed)
			continue;
		oom_cgroup_level_path(&task->place, OOM_LEVEL_TASK, path);
		if (!path[0])
			oom_cgroup_level_path(&task->place, OOM_LEVEL_STEP,
					      path);
		fd = open_file(r, path, "cgroup.procs", O_RDONLY);
		while (fd >= 0 && n < OOM_PIDS_MAX &&
		       (got = read(fd, text + left, sizeof(text) - left)) > 0) {
			struct oom_span span = { text, left + (size_t)got };
			size_t end = oom_span_rfind(span, "\n");

			/* A pid that was cut waits for its other half. */
			end = end == span.len ? 0 : end + 1;
			n += oom_proc_parse_list((struct oom_span){ text, end },
						 &r->pids[n], OOM_PIDS_MAX - n);
			left = span.len - end;
			memmove(text, text + end, left);
		}
		if (fd >= 0)
			(void)close(fd);
	}
	return n;
}

static bool is_tracked(const struct oom_record *record, uint32_t pid)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++)
		if (record->tracks[i].pid == pid && !record->tracks[i].gone_ms)
			return true;
	return false;
}

/* Those that are tracked come first, then others by turns. */
static unsigned int choose(struct oom_recorder *r, unsigned int n)
{
	unsigned int chosen = 0, from;

	for (unsigned int i = 0; i < n && chosen < OOM_TRACKS_MAX; i++)
		if (is_tracked(r->record, r->pids[i])) {
			uint32_t pid = r->pids[i];

			r->pids[i] = r->pids[chosen];
			r->pids[chosen++] = pid;
		}
	if (n <= OOM_LOOK_MAX)
		return n;
	from = chosen + r->turn++ * (OOM_LOOK_MAX - chosen) % (n - chosen);
	for (; chosen < OOM_LOOK_MAX; chosen++, from++) {
		uint32_t pid = r->pids[chosen];

		if (from >= n)
			from = chosen;
		r->pids[chosen] = r->pids[from];
		r->pids[from] = pid;
	}
	return chosen;
}

static void sort_by_size(struct oom_proc *procs, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++) {
		struct oom_proc one = procs[i];
		unsigned int j = i;

		for (; j && procs[j - 1].anon_kib < one.anon_kib; j--)
			procs[j] = procs[j - 1];
		procs[j] = one;
	}
}

/* How much of what happened since the last look was this process's doing. */
static uint64_t activity(const struct oom_record *record,
			 const struct oom_proc *proc)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		const struct oom_track *t = &record->tracks[i];
		const struct oom_track_point *last;

		if (t->pid != proc->pid || !t->n)
			continue;
		last = &t->points[t->n - 1];
		return difference(proc->anon_kib, last->anon_kib) +
		       difference(proc->shared_kib, last->shared_kib) +
		       difference(proc->read_kib, last->read_kib);
	}
	return proc->anon_kib + proc->shared_kib;
}

static void look_at_files(struct oom_recorder *r, unsigned int n)
{
	struct oom_open_file files[FILES_EACH];
	uint64_t moved[OOM_TRACKS_MAX];

	for (unsigned int i = 0; i < n; i++)
		moved[i] = activity(r->record, &r->procs[i]);
	for (unsigned int turn = 0; turn < FILES_OF; turn++) {
		unsigned int best = 0, n_files;

		for (unsigned int i = 1; i < n; i++)
			if (moved[i] > moved[best])
				best = i;
		if (!n || !moved[best])
			return;
		moved[best] = 0;
		n_files = oom_proc_files(r->proc_fd, r->procs[best].pid, files,
					 FILES_EACH);
		for (unsigned int i = 0; i < n_files; i++)
			oom_record_file(r->record, r->procs[best].pid,
					&files[i], r->at_ms);
	}
}

static void mark_gone(struct oom_recorder *r, unsigned int n)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++) {
		uint32_t pid = r->record->tracks[i].pid;
		bool found = false;

		for (unsigned int j = 0; j < n && !found; j++)
			found = r->pids[j] == pid;
		if (pid && !found)
			oom_record_gone(r->record, pid, r->at_ms);
	}
}

static void look_closely(struct oom_recorder *r, bool always)
{
	unsigned int n_pids = list_pids(r), n, kept = 0, detailed = 0;

	mark_gone(r, n_pids);
	n = choose(r, n_pids);
	for (unsigned int i = 0; i < n; i++) {
		struct oom_proc *proc = &r->procs[kept];

		memset(proc, 0, sizeof(*proc));
		/* Without memory it is on its way out. */
		if (!oom_proc_sizes(r->proc_fd, r->pids[i], proc) &&
		    proc->virtual_kib)
			kept++;
	}
	sort_by_size(r->procs, kept);
	r->n_procs = kept;
	for (unsigned int i = 0; i < kept && i < OOM_CENSUS_MAX; i++) {
		struct oom_proc *proc = &r->procs[i];

		/* Of the many small ones the size is enough. */
		if (i >= OOM_TRACKS_MAX &&
		    proc->anon_kib < r->limit_kib / MOVED_PARTS)
			break;
		if (oom_proc_detail(r->proc_fd, proc->pid, proc))
			continue;
		detailed = i + 1;
	}
	if (detailed > OOM_TRACKS_MAX)
		look_at_files(r, OOM_TRACKS_MAX);
	else
		look_at_files(r, detailed);
	for (unsigned int i = 0; i < detailed && i < OOM_TRACKS_MAX; i++)
		if (r->procs[i].start_ticks)
			oom_record_process(r->record, &r->procs[i], r->at_ms,
					   always);
	/* The first kill is what will be explained: not what it left. */
	if (detailed && !r->record->n_moments)
		oom_record_census(r->record, r->procs,
				  detailed < OOM_CENSUS_MAX ? detailed
							    : OOM_CENSUS_MAX,
				  n_pids, r->at_ms);
}

static bool details_are_due(const struct oom_recorder *r)
{
	uint64_t step = r->limit_kib / DETAIL_PARTS;

	return r->at_ms - r->detail_ms >= r->rest_ms ||
	       difference(r->usage_kib, r->detail_usage_kib) >= step;
}

static void look(struct oom_recorder *r, bool notified)
{
	bool first = !r->record->started, event = false;
	uint64_t step = r->limit_kib / DETAIL_PARTS / 2, begun;

	read_usage(r);
	oom_faults_drain(&r->faults, r->record, r->usage_kib,
			 r->usage_kib > r->detail_usage_kib
				 ? r->usage_kib - r->detail_usage_kib
				 : 0);
	r->record->looks++;
	/* By turns too: the kernel's notice may be missing (no more inotify
	 * instances, no cgroup.event_control), and a kill frees memory. */
	if (first || notified || r->at_ms - r->events_ms >= PACE_MAX_MS ||
	    r->usage_kib / 100 * 100 >= r->limit_kib / 100 * NEAR_PERCENT)
		event = read_events(r);
	if (first || event || r->at_ms - r->stat_ms >= PACE_MAX_MS ||
	    difference(r->usage_kib, r->stat_usage_kib) >= step)
		read_stat(r, first || event);
	if (!first && !event && !details_are_due(r))
		return;
	if (r->detail_us > BURST_US + (uint64_t)r->at_ms * 1000 / 100 &&
	    !(event && r->kills - r->kills_before < 2))
		return;
	begun = cpu_us();
	/* Nothing moved: look again, but later and later. */
	if (difference(r->usage_kib, r->detail_usage_kib) <
	    r->limit_kib / MOVED_PARTS)
		r->rest_ms = r->rest_ms * 2 > REST_MAX_MS ? REST_MAX_MS
							  : r->rest_ms * 2;
	else
		r->rest_ms = REST_FIRST_MS;
	look_closely(r, event);
	r->record->details++;
	r->detail_usage_kib = r->usage_kib;
	r->detail_ms = r->at_ms;
	r->detail_us += cpu_us() - begun;
	r->record->started = 1;
}

/* Nothing moved: the next look is far off. */
static bool at_rest(const struct oom_recorder *r)
{
	return (r->at_ms - r->moved_ms) / CALM_PART >= GUARD_PACE_MS;
}

/* Sampled faults, while it is worth it; refused once is refused for good. */
static void consider_faults(struct oom_recorder *r)
{
	bool worth = oom_faults_are_worth_it(r->usage_kib, r->limit_kib,
					     r->pace),
	     guard = !worth && r->version == OOM_CGROUP_V2 && at_rest(r) &&
		     oom_faults_may_guard(&r->faults, r->usage_kib,
					  r->limit_kib);
	char folder[OOM_CGROUP_PATH_MAX];
	unsigned int n;
	int fd = -1;

	if (worth)
		r->faults_ms = r->at_ms;
	if (!worth && r->faults.attached && !r->faults.guards &&
	    r->at_ms - r->faults_ms > OOM_FAULTS_REST_MS)
		oom_faults_detach(&r->faults);
	if (r->record->faults_error || !(worth || guard) ||
	    (r->faults.attached && !r->faults.guards))
		return;
	n = list_pids(r);
	if (r->version == OOM_CGROUP_V2) {
		oom_cgroup_level_path(r->place, OOM_LEVEL_STEP, folder);
		fd = open_file(r, folder, ".", O_RDONLY | O_DIRECTORY);
	}
	if (n && worth)
		oom_faults_attach(&r->faults, r->record, r->proc_fd, fd,
				  r->pids, n, r->start_us, r->usage_kib);
	else if (n)
		oom_faults_guard(&r->faults, r->record, r->proc_fd, fd, r->pids,
				 n, r->start_us, r->usage_kib);
	if (fd >= 0)
		(void)close(fd);
}

/* Who grows, and where in its code. */
static void follow_places(struct oom_recorder *r)
{
	const struct oom_places_view view = {
		.proc_fd = r->proc_fd,
		.procs = r->procs,
		.n = r->n_procs,
		.usage_kib = r->usage_kib,
		.limit_kib = r->limit_kib,
		.shmem_kib = r->shmem_kib,
		.at_ms = r->at_ms,
		.worth = oom_faults_are_worth_it(r->usage_kib, r->limit_kib,
						 r->pace),
	};

	if (r->places.programs)
		oom_places_follow(&r->places, r->record, &r->faults, &view);
}

/*
 * Touches a few new pages: on hardware a page takes less than a microsecond,
 * in an emulated machine a hundred times as long.  The median does not mind
 * that others ran in between.
 */
static uint32_t measure_page_ns(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint32_t took[YARD_PAGES];
	volatile char *memory = mmap(NULL, page * YARD_PAGES,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return 0;
	for (unsigned int i = 0; i < YARD_PAGES; i++) {
		struct timespec a, b;
		uint32_t ns;
		unsigned int j = i;

		(void)clock_gettime(CLOCK_MONOTONIC_RAW, &a);
		memory[i * page] = 1;
		(void)clock_gettime(CLOCK_MONOTONIC_RAW, &b);
		ns = oom_u32((uint64_t)((b.tv_sec - a.tv_sec) * 1000000000L +
					b.tv_nsec - a.tv_nsec));
		for (; j && took[j - 1] > ns; j--)
			took[j] = took[j - 1];
		took[j] = ns;
	}
	(void)munmap((void *)memory, page * YARD_PAGES);
	return took[YARD_PAGES / 2];
}

/* ---- the thread ---- */

/* Sleeps; true: the kernel's notice came.  Or a guard wakes us. */
static bool wait_for(struct oom_recorder *r, int timeout_ms)
{
	char drained[512];
	struct pollfd fds[] = { { .fd = r->wait_fd, .events = POLLIN },
				{ .fd = r->notify_fd, .events = POLLIN },
				{ .fd = oom_faults_wake_fd(&r->faults),
				  .events = POLLIN } };

	(void)poll(fds, 3, timeout_ms);
	r->alarmed = fds[2].revents & POLLIN;
	if (atomic_load(&r->stop) || !(fds[1].revents & POLLIN))
		return false;
	(void)!read(r->notify_fd, drained, sizeof(drained));
	return true;
}

/* UINT32_MAX: there is none to give. */
static uint32_t notice_due_ms(const struct oom_recorder *r)
{
	uint32_t now = now_ms(r), due = r->killed_ms + OOM_GOES_ON_MS;

	if (!r->on_kill || r->kills <= r->noticed_kills ||
	    r->kills <= r->kills_before || r->notices >= OOM_NOTICES_MAX)
		return UINT32_MAX;
	if (r->notices && r->noticed_ms + OOM_NOTICE_MS > due)
		due = r->noticed_ms + OOM_NOTICE_MS;
	return now < due ? due - now : 0;
}

static void notice(struct oom_recorder *r)
{
	r->noticed_kills = r->kills;
	if (!list_pids(r))
		return;
	r->notices++;
	r->noticed_ms = now_ms(r);
	r->on_kill(r->arg);
}

static void *run(void *arg)
{
	struct oom_recorder *r = arg;
	bool notified = false;
	uint32_t pace, due;
	ssize_t got;
	char first;

	/*
	 * The one byte that comes, with the first task; the stop is an end of
	 * what can be read.  A byte that is left when this end is closed would
	 * be a broken connection to a child that still reads the other.
	 */
	do
		got = read(r->wait_fd, &first, 1);
	while (got < 0 && errno == EINTR);
	if (got <= 0 || atomic_load(&r->stop))
		return NULL;
	begin_counting(r);
	open_files(r);
	r->record->page_ns = measure_page_ns();
	r->moved_ms = now_ms(r);
	r->rest_ms = REST_FIRST_MS;
	while (!atomic_load(&r->stop)) {
		look(r, notified);
		if (r->alarmed)
			oom_faults_alarm(&r->faults, r->record, r->usage_kib);
		consider_faults(r);
		follow_places(r);
		if (notice_due_ms(r) == 0)
			notice(r);
		/* A job that thrashes at its limit notifies without end. */
		if (notified)
			(void)poll(NULL, 0, PACE_MIN_MS);
		pace = oom_recorder_pace(r->usage_kib, r->limit_kib, r->pace,
					 r->at_ms - r->moved_ms);
		if (pace >= THRESHOLD_PACE_MS && !atomic_load(&r->stop))
			watch_next_threshold(r);
		due = notice_due_ms(r);
		notified = wait_for(r, (int)(due < pace ? due : pace));
	}
	oom_places_end(&r->places, r->record);
	oom_faults_detach(&r->faults);
	close_files(r);
	return NULL;
}

/* With all signals blocked from its first instruction on. */
static int create_blocked(pthread_t *thread, pthread_attr_t *attr,
			  const sigset_t *all, struct oom_recorder *r)
{
#if __GLIBC_PREREQ(2, 32)
	int rc = pthread_attr_setsigmask_np(attr, all);

	return rc ? rc : pthread_create(thread, attr, run, r);
#else
	sigset_t before;
	int rc;

	(void)pthread_sigmask(SIG_SETMASK, all, &before);
	rc = pthread_create(thread, attr, run, r);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
#endif
}

int oom_recorder_start(struct oom_recorder *r)
{
	const size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	pthread_attr_t attr;
	sigset_t all;
	int rc;

	r->notify_fd = r->usage_fd = r->stat_fd = r->events_fd = -1;
	r->control_fd = -1;
	r->kmsg_fd = -1;
	if (r->wait_fd < 0 || r->wake_fd < 0)
		return -EBADF;
	/* glibc keeps stacks for later threads: ours goes when we go. */
	if (mprotect(r->stack, guard, PROT_NONE))
		return -errno;
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setstack(&attr, (char *)r->stack + guard,
				    OOM_RECORDER_STACK - guard);
	(void)sigfillset(&all);
	rc = create_blocked(&r->thread, &attr, &all, r);
	(void)pthread_attr_destroy(&attr);
	if (rc)
		return -rc;
	r->runs = true;
	return 0;
}

void oom_recorder_tasks(struct oom_recorder *r, uint32_t n_tasks)
{
	uint32_t before = atomic_exchange(&r->n_tasks, n_tasks);

	if (r->runs && !before && n_tasks)
		(void)send(r->wake_fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool oom_recorder_stop(struct oom_recorder *r)
{
	struct timespec until;

	if (!r->runs)
		return true;
	atomic_store(&r->stop, 1);
	(void)shutdown(r->wake_fd, SHUT_WR);
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += JOIN_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	if (pthread_timedjoin_np(r->thread, NULL, &until)) {
		(void)pthread_detach(r->thread);
		return false;
	}
	r->runs = false;
	return true;
}
