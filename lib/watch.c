// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "child.h"
#include "clock.h"
#include "deliver.h"
#include "evidence.h"
#include "handover.h"
#include "hierarchy.h"
#include "recorder.h"

struct oom_watch {
	struct oom_roots roots;
	struct oom_config config;
	enum oom_mode mode;
	struct oom_hierarchy hierarchy;
	bool is_batch, told;
	_Atomic bool ending; /* the last task has ended */
	unsigned int n_local_tasks, n_ended;
	struct oom_sink sink;
	struct oom_spool *spool;
	bool in_file; /* `spool` is a file, not just memory */
	char spool_name[OOM_SPOOL_NAME_MAX];
	/*
	 * Held from the beginning: so no path is looked up again, and the
	 * clones that contain_spank runs the hooks in have them too.
	 */
	int proc_fd, dir_fd, mount_fd;
	int spool_fd; /* open only to be closed at once with the others */
	int sockets[2];
	struct oom_child_wait wait; /* its `left` is still to be reaped */
	struct oom_held held;
	struct oom_reading other_kills; /* v1: of tasks that are not kept */
	/* Counted before the first task began: as far as is known by now. */
	uint64_t kills_before;
	bool counted;	 /* it is: there is no recorder to do so */
	bool whole_ring; /* the capture's kernel log may hold an earlier life */
	unsigned int n_started;
	struct oom_evidence_task tasks[OOM_TASKS_MAX];
	struct oom_recorder recorder;
};

/* Files whose job's epilog never came: slurmd or the node was down. */
static void sweep(int dir_fd, int proc_fd)
{
	char boot_id[OOM_BOOT_ID_LEN];
	DIR *dir = oom_boot_id(proc_fd, boot_id) ? NULL
						 : oom_list_folder(dir_fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct oom_spool *spool;
		uint32_t state;
		int rc;

		if (entry->d_name[0] == '.')
			continue;
		rc = oom_spool_open(dir_fd, entry->d_name, boot_id, &spool);
		if (rc == -EBADMSG || rc == -ESTALE || rc == -EPROTO)
			(void)unlinkat(dir_fd, entry->d_name, 0);
		if (rc)
			continue;
		state = atomic_load(&spool->state);
		if ((state == OOM_SPOOL_DONE || state == OOM_SPOOL_TOLD) &&
		    !oom_spool_stepd_lives(spool, proc_fd))
			(void)unlinkat(dir_fd, entry->d_name, 0);
		oom_spool_close(spool);
	}
	if (dir)
		(void)closedir(dir);
}

int oom_watch_prepare(const struct oom_roots *roots)
{
	int proc_fd = oom_roots_proc(roots);
	int dir_fd = oom_roots_spool(roots, true);
	int rc = dir_fd < 0 ? dir_fd : proc_fd < 0 ? proc_fd : 0;
	struct oom_node found;
	int mount_fd;

	if (!rc)
		rc = oom_hierarchy_find(dir_fd, proc_fd, true, &found,
					&mount_fd);
	if (!rc)
		(void)close(mount_fd);
	if (dir_fd >= 0 && proc_fd >= 0)
		sweep(dir_fd, proc_fd);
	if (dir_fd >= 0)
		(void)close(dir_fd);
	if (proc_fd >= 0)
		(void)close(proc_fd);
	return rc;
}

/* ---- begin and end ---- */

static void set_identity(struct oom_spool_identity *id,
			 const struct oom_watch *w)
{
	id->hierarchy = w->hierarchy;
	if (!id->stepd_pid)
		id->stepd_pid = getpid();
	id->created_ns = oom_boottime_ns();
}

/* The part of the capture that is known from the beginning. */
static void begin_capture(struct oom_watch *w, struct oom_span step_text)
{
	struct oom_buf buf;
	char text[64];

	oom_buf_init(&buf, w->spool->capture, OOM_SPOOL_CAPTURE_MAX);
	oom_buf_puts(&buf, OOM_CAPTURE_MAGIC "\n");
	oom_capture_add(&buf, "step", step_text);
	w->recorder.start_us = oom_now_us();
	(void)snprintf(text, sizeof(text), "cgroup %s\nstart_mono_us %llu\n",
		       w->hierarchy.version == OOM_CGROUP_V2 ? "v2" : "v1",
		       (unsigned long long)w->recorder.start_us);
	oom_capture_add(&buf, "step", oom_span(text));
	atomic_store(&w->spool->base_len, (uint32_t)buf.len);
	atomic_store(&w->spool->capture_len, (uint32_t)buf.len);
}

/* Zeroed, and nothing of it there before it is touched; NULL: none. */
static void *map_memory(void *room, size_t size, int flags)
{
	void *memory = mmap(room, size, PROT_READ | PROT_WRITE,
			    flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* All in one mapping: the recorder's stack, the spool file, and this. */
struct memory {
	char stack[OOM_RECORDER_STACK];
	char spool[OOM_SPOOL_SIZE];
	struct oom_watch watch;
};

static struct memory *memory_of(struct oom_watch *w)
{
	return (void *)((char *)w - offsetof(struct memory, watch));
}

static int open_spool(struct oom_watch *w, const struct oom_watch_spec *spec)
{
	struct oom_spool_identity id = spec->identity;
	struct oom_node node;
	int rc;

	w->proc_fd = oom_roots_proc(&w->roots);
	w->dir_fd = oom_roots_spool(&w->roots, true);
	if (w->proc_fd < 0 || w->dir_fd < 0)
		return w->proc_fd < 0 ? w->proc_fd : w->dir_fd;
	rc = oom_hierarchy_find(w->dir_fd, w->proc_fd, false, &node,
				&w->mount_fd);
	if (rc)
		return rc;
	w->hierarchy = node.hierarchy;
	memcpy(id.boot_id, node.boot_id, sizeof(id.boot_id));
	set_identity(&id, w);
	oom_spool_name(id.job_id, id.step, id.node, w->spool_name);
	w->in_file = !oom_spool_create(w->dir_fd, w->spool_name, &id,
				       memory_of(w)->spool, &w->spool,
				       &w->spool_fd);
	if (w->in_file)
		return 0;
	/* A full /run: memory serves as long as slurmstepd lives. */
	w->spool = map_memory(memory_of(w)->spool, OOM_SPOOL_SIZE,
			      MAP_SHARED | MAP_FIXED);
	if (!w->spool)
		return -ENOMEM;
	w->spool->identity = id;
	return 0;
}

/* In the recorder's thread: a worker is dead, and the others may not know. */
static void give_notice(void *arg)
{
	struct oom_watch *w = arg;
	struct oom_buf text;
	int kmsg_fd;

	if (w->sockets[0] < 0 || atomic_load(&w->ending) ||
	    oom_tell_map_text(&text))
		return;
	kmsg_fd = open(w->roots.kmsg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	oom_buf_add(&text,
		    (struct oom_span){ w->spool->capture,
				       atomic_load(&w->spool->base_len) });
	oom_evidence_levels(&text, w->spool, w->mount_fd, w->proc_fd);
	(void)oom_tell_notice(w->proc_fd, w->sockets[0], kmsg_fd, w->mount_fd,
			      w->spool, &text);
	if (kmsg_fd >= 0)
		(void)close(kmsg_fd);
	(void)munmap(text.ptr, OOM_TELL_TEXT_MAX);
}

static void start_recorder(struct oom_watch *w, const char *const *programs)
{
	struct oom_recorder *r = &w->recorder;

	r->record = &w->spool->record;
	r->proc_fd = w->proc_fd;
	r->mount_fd = w->mount_fd;
	r->version = w->hierarchy.version;
	r->place = &w->spool->place;
	r->tasks = w->tasks;
	r->kmsg = w->roots.kmsg;
	r->stack = memory_of(w)->stack;
	/* Nobody else sends in this direction. */
	r->wait_fd = w->sockets[1];
	r->wake_fd = w->sockets[0];
	r->on_kill = give_notice;
	r->arg = w;
	r->places.programs = programs;
	r->places.spec = (struct oom_namer_spec){
		.program_fd = -1,
		.proc_fd = w->proc_fd,
		.home_fd = w->mount_fd,
		.uid = w->spool->identity.uid,
		.gid = w->spool->identity.gid,
		.n_gids = w->spool->identity.n_gids,
		.gids = w->spool->identity.gids,
	};
	/* Without it there is less to say, that is all. */
	(void)oom_recorder_start(r);
}

int oom_watch_open(struct oom_watch **ret, const struct oom_watch_spec *spec)
{
	struct memory *memory =
		map_memory(NULL, sizeof(*memory), MAP_PRIVATE | MAP_STACK);
	struct oom_watch *w;
	int rc;

	if (!memory)
		return -ENOMEM;
	w = &memory->watch;
	w->roots = *spec->roots;
	w->config = spec->config;
	w->mode = spec->mode;
	w->is_batch = spec->is_batch;
	w->n_local_tasks = spec->n_local_tasks;
	w->sink = spec->sink;
	w->proc_fd = w->dir_fd = w->mount_fd = w->spool_fd = -1;
	w->sockets[0] = w->sockets[1] = -1;
	rc = open_spool(w, spec);
	if (rc) {
		oom_watch_close(w);
		return rc;
	}
	begin_capture(w, spec->step_text);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, w->sockets))
		w->sockets[0] = w->sockets[1] = -1;
	start_recorder(w, spec->programs);
	*ret = w;
	return 0;
}

/*
 * The batch step's file tells others where the job's output goes, and a block
 * that was sent is looked for by the batch step: the epilog hook removes those.
 */
static void end_spool(struct oom_watch *w)
{
	uint32_t state = OOM_SPOOL_OPEN;

	if (!w->in_file)
		return;
	if (atomic_compare_exchange_strong(&w->spool->state, &state,
					   OOM_SPOOL_DONE))
		state = OOM_SPOOL_DONE;
	if (w->is_batch || (state != OOM_SPOOL_DONE && state != OOM_SPOOL_TOLD))
		return;
	(void)unlinkat(w->dir_fd, w->spool_name, 0);
}

static void close_all(struct oom_watch *w)
{
	int fds[] = { w->proc_fd,  w->dir_fd,	  w->mount_fd,
		      w->spool_fd, w->sockets[0], w->sockets[1] };

	oom_close_all(fds, sizeof(fds) / sizeof(fds[0]));
}

void oom_watch_close(struct oom_watch *w)
{
	if (!w)
		return;
	/* What a thread that hangs still uses is never given back. */
	if (!oom_recorder_stop(&w->recorder)) {
		end_spool(w);
		return;
	}
	end_spool(w);
	close_all(w);
	if (w->wait.left)
		(void)waitpid(w->wait.left, NULL, WNOHANG | __WALL);
	(void)munmap(memory_of(w), sizeof(struct memory));
}

/* ---- the task's descriptors ---- */

void oom_watch_task_init(struct oom_watch *w, unsigned int local_id)
{
	if (w->sockets[1] >= 0 && local_id < OOM_TASKS_MAX)
		oom_handover_send(w->sockets[1], local_id);
	/* For the epilog hook, and for the other steps on this node. */
	if (!local_id) {
		oom_stream_note(w->proc_fd, STDOUT_FILENO, &w->spool->out);
		oom_stream_note(w->proc_fd, STDERR_FILENO, &w->spool->err);
	}
}

/* ---- tasks ---- */

/* Does the step's own counter hold its tasks' kills? */
static bool adds_up(const struct oom_watch *w)
{
	return w->hierarchy.version == OOM_CGROUP_V2 &&
	       !w->hierarchy.local_events;
}

/* Kills that are counted in the step; 0 also when nothing could be read. */
static uint64_t count_kills(struct oom_watch *w)
{
	bool v2 = w->hierarchy.version == OOM_CGROUP_V2;
	struct oom_level level = { .path = "" };
	uint64_t kills;

	if (!atomic_load(&w->spool->placed))
		return 0;
	(void)oom_level_read(&level, w->mount_fd, &w->spool->place,
			     OOM_LEVEL_STEP,
			     v2 ? oom_v2_events : oom_v1_events);
	kills = oom_value_or(level.oom_kill, 0);
	if (adds_up(w))
		return kills;
	/* Each task's own counter has to be looked at. */
	for (unsigned int i = 0; i < OOM_TASKS_MAX && i < w->n_local_tasks; i++)
		kills += oom_value_or(w->tasks[i].kills, 0);
	w->other_kills = (struct oom_reading){ 0 };
	if (w->n_local_tasks > OOM_TASKS_MAX)
		oom_evidence_each_task(w->spool, w->mount_fd,
				       oom_evidence_add_other, &w->other_kills);
	return kills + oom_value_or(w->other_kills, 0);
}

/*
 * Was somebody killed?  A requeued job may find its dead self's cgroup again,
 * kills and all.  The recorder's first look tells how many, but it comes when
 * the tasks may run already, and where it is late a kill of this life may be
 * among them; then the child is sent, which has the kernel's log to decide by,
 * and says nothing where that tells of none since this step began.
 */
static bool was_killed(struct oom_watch *w)
{
	uint64_t kills = count_kills(w);

	if (!kills || w->counted)
		return kills > w->kills_before;
	if (atomic_load(&w->recorder.counted))
		w->kills_before = w->recorder.kills_before;
	else if (!access(w->roots.kmsg, R_OK))
		w->kills_before = kills;
	return true;
}

void oom_watch_task_started(struct oom_watch *w, unsigned int local_id,
			    uint32_t rank, pid_t pid)
{
	char path[OOM_CGROUP_PATH_MAX], name[32], text[4096];
	struct oom_evidence_task *task;
	ssize_t got = -1;
	int fd;

	if (local_id >= OOM_TASKS_MAX)
		return;
	if (w->n_started <= local_id)
		w->n_started = local_id + 1;
	task = &w->tasks[local_id];
	task->pid = oom_known((uint64_t)pid);
	task->rank = oom_known(rank);
	task->started_ms = oom_known(oom_now_us() / 1000);
	(void)snprintf(name, sizeof(name), "%d/cgroup", (int)pid);
	fd = openat(w->proc_fd, name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		got = read(fd, text, sizeof(text));
		(void)close(fd);
	}
	if (got <= 0 ||
	    oom_cgroup_parse_membership((struct oom_span){ text, (size_t)got },
					w->hierarchy.version, path) ||
	    oom_cgroup_place(path, &task->place))
		return;
	task->placed = true;
	if (!atomic_load(&w->spool->placed)) {
		w->spool->place = task->place;
		atomic_store(&w->spool->placed, 1);
		if (!w->recorder.runs) {
			w->kills_before = count_kills(w);
			w->counted = true;
		}
	}
	oom_recorder_tasks(&w->recorder, w->n_started);
}

static void capture_step(struct oom_watch *w, bool in_batch, uint64_t begun_us)
{
	char text[48];
	struct oom_buf buf = { .ptr = w->spool->capture,
			       .cap = OOM_SPOOL_CAPTURE_MAX,
			       .len = atomic_load(&w->spool->base_len) };

	if (in_batch)
		oom_capture_add(&buf, "step", oom_span("in_batch 1\n"));
	if (w->whole_ring)
		oom_capture_add(&buf, "step", oom_span("whole_ring 1\n"));
	oom_evidence_other(&buf, w->other_kills);
	if (w->kills_before) {
		(void)snprintf(text, sizeof(text), "kills_before %llu\n",
			       (unsigned long long)w->kills_before);
		oom_capture_add(&buf, "step", oom_span(text));
	}
	oom_evidence_levels(&buf, w->spool, w->mount_fd, w->proc_fd);
	for (unsigned int i = 0; i < OOM_TASKS_MAX && i < w->n_local_tasks;
	     i++) {
		/* The composition only while there is time. */
		oom_evidence_read_task(
			&w->tasks[i], w->mount_fd, w->hierarchy.version,
			oom_now_us() - begun_us < OOM_HOLD_MS * 500
				? OOM_DEPTH_STAT
				: OOM_DEPTH_PEAK);
		oom_evidence_task(&buf, i, &w->tasks[i]);
	}
	atomic_store(&w->spool->capture_len, (uint32_t)buf.len);
	/* From here on the epilog hook would tell it, should the child fail. */
	atomic_store(&w->spool->state, OOM_SPOOL_CAPTURED);
}

/* ---- other steps of the job on this node ---- */

/* The batch step's file, when that step is alive on this node. */
static struct oom_spool *find_batch(struct oom_watch *w)
{
	char name[OOM_SPOOL_NAME_MAX];
	struct oom_spool *batch = NULL;

	oom_spool_name(w->spool->identity.job_id, "batch",
		       w->spool->identity.node, name);
	if (oom_spool_open(w->dir_fd, name, w->spool->identity.boot_id, &batch))
		return NULL;
	if (oom_spool_stepd_lives(batch, w->proc_fd) && batch->out.known)
		return batch;
	oom_spool_close(batch);
	return NULL;
}

/* Blocks of this job that belong into the batch step's output file. */
static void find_others(struct oom_watch *w, struct oom_tale *tale)
{
	const struct oom_spool_identity *id = &w->spool->identity;
	DIR *dir = oom_list_folder(w->dir_fd);
	struct dirent *entry;

	while (dir && tale->n_others < OOM_OTHERS_MAX &&
	       (entry = readdir(dir))) {
		struct oom_spool *other;
		uint32_t state;

		if (!oom_spool_is_of(entry->d_name, id->job_id, id->node) ||
		    !strcmp(entry->d_name, w->spool_name) ||
		    oom_spool_open(w->dir_fd, entry->d_name, id->boot_id,
				   &other))
			continue;
		state = atomic_load(&other->state);
		if (state <= OOM_SPOOL_DONE || state == OOM_SPOOL_TOLD)
			oom_spool_close(other);
		else
			tale->others[tale->n_others++] = other;
	}
	if (dir)
		(void)closedir(dir);
}

/* ---- the end of a step ---- */

/* The task whose stream a user would look at: the first that lost a process. */
static uint32_t victim_task(const struct oom_watch *w, unsigned int last)
{
	for (unsigned int i = 0; i < OOM_TASKS_MAX && i < w->n_local_tasks; i++)
		if (oom_exceeds(w->tasks[i].kills, 0))
			return i;
	return last;
}

/* A recording for the test fixtures: the admin asked for it. */
static void record(const struct oom_watch *w, struct oom_span text)
{
	char path[sizeof(w->config.record_dir) + OOM_SPOOL_NAME_MAX + 16];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s.capture",
		       w->config.record_dir, w->spool_name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd < 0)
		return;
	(void)!write(fd, text.ptr, text.len);
	(void)close(fd);
}

static int end_step(struct oom_watch *w, bool own, unsigned int last_task,
		    uint64_t begun_us, struct oom_told *told)
{
	struct oom_tale tale = { .proc_fd = w->proc_fd,
				 .kmsg_fd = -1,
				 .out_fd = -1,
				 .err_fd = -1,
				 .takes = w->sockets[0] >= 0,
				 .socket_fd = w->sockets[0],
				 .search_from = w->spool->out.size,
				 .own = own ? w->spool : NULL,
				 .sink = w->sink };
	struct oom_buf text;
	uint64_t spent_ms;
	int wait_ms, rc;

	if (w->config.record_dir[0] && !oom_tell_map_text(&text))
		tale.text = &text;
	if (w->is_batch)
		find_others(w, &tale);
	else if (w->in_file)
		tale.batch = find_batch(w);
	if (own) {
		tale.kmsg_fd = atomic_load(&w->recorder.kmsg_fd);
		w->whole_ring = tale.kmsg_fd < 0;
		if (w->whole_ring)
			tale.kmsg_fd = open(w->roots.kmsg,
					    O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		capture_step(w, w->is_batch || tale.batch, begun_us);
	}
	tale.wanted_task = victim_task(w, last_task);
	/* Here and not in the child, which may be slow: look at the end. */
	if (own && tale.batch)
		atomic_store(&tale.batch->pending, 1);
	spent_ms = (oom_now_us() - begun_us) / 1000;
	wait_ms = spent_ms < OOM_HOLD_MS ? (int)(OOM_HOLD_MS - spent_ms) : 0;
	/* A recording wants the kernel log, which the child reads. */
	if (w->config.record_dir[0])
		wait_ms = OOM_TELL_LIFE_S * 1000;
	rc = oom_tell_as_user(&tale, &w->spool->identity, w->mount_fd, wait_ms,
			      told, &w->wait);
	if (w->whole_ring && tale.kmsg_fd >= 0)
		(void)close(tale.kmsg_fd);
	oom_spool_close(tale.batch);
	for (unsigned int i = 0; i < tale.n_others; i++)
		oom_spool_close(tale.others[i]);
	if (tale.text) {
		/* The child filled the mapping; the length is its own. */
		if (own)
			record(w, oom_span(text.ptr));
		(void)munmap(text.ptr, OOM_TELL_TEXT_MAX);
	}
	return rc;
}

bool oom_watch_task_ended(struct oom_watch *w, unsigned int local_id,
			  int wait_status, struct oom_told *told, int *error)
{
	uint64_t begun_us = oom_now_us();
	uint64_t sleeps = w->config.debug ? oom_sleeps() : 0;
	bool last = ++w->n_ended >= w->n_local_tasks, own, others, tell = false;

	if (local_id < OOM_TASKS_MAX) {
		struct oom_evidence_task *task = &w->tasks[local_id];

		task->status = oom_known((uint32_t)wait_status);
		task->ended_ms = oom_known(begun_us / 1000);
		/* Now: its folder may be gone when the step ends. */
		if (!adds_up(w))
			oom_evidence_read_task(task, w->mount_fd,
					       w->hierarchy.version,
					       OOM_DEPTH_KILLS);
	}
	if (last && !w->told) {
		w->told = true;
		atomic_store(&w->ending, true);
		own = was_killed(w) || w->mode == OOM_MODE_VERBOSE;
		others = w->is_batch && atomic_load(&w->spool->pending);
		tell = own || others;
		if (tell) {
			memset(told, 0, sizeof(*told));
			*error = end_step(w, own, local_id, begun_us, told);
		}
		/* A child that is still at it takes them out of the queue. */
		if (w->sockets[0] >= 0 && !(tell && *error == -ETIMEDOUT))
			oom_handover_drop(w->sockets[0], w->n_local_tasks);
	}
	w->held.wait_us = w->wait.us;
	if (w->config.debug)
		w->held.other_sleeps = oom_sleeps() - sleeps - w->wait.sleeps;
	w->held.us = oom_now_us() - begun_us;
	return tell;
}

struct oom_held oom_watch_held(const struct oom_watch *w)
{
	return w->held;
}
