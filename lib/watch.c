// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "child.h"
#include "deliver.h"

#define CHILD_LIFE_S	 10
#define EPILOG_WAIT_MS	 5000
#define DISCOVER_WAIT_MS 2000
#define HIERARCHY_FILE	 ".memory-hierarchy"

struct watched_task {
	struct oom_reading pid, rank, status, ended_ms, started_ms;
	struct oom_reading kills, peak_bytes, file_bytes;
	struct oom_cgroup_place place;
	bool placed;
};

struct oom_watch {
	struct oom_roots roots;
	struct oom_config config;
	enum oom_mode mode;
	struct oom_hierarchy hierarchy;
	bool is_batch, told;
	unsigned int n_local_tasks, n_ended;
	struct oom_sink sink;
	struct oom_spool *spool;
	bool in_file; /* `spool` is a file, not just memory */
	char spool_name[OOM_SPOOL_NAME_MAX];
	int sockets[2];
	int kmsg_fd;
	uint64_t held_us;
	struct watched_task tasks[OOM_TASKS_MAX];
};

static uint64_t now_us(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int open_folder(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_spool_folder(const struct oom_roots *roots, bool make)
{
	int run_fd = open_folder(roots->run), fd;

	if (run_fd < 0)
		return run_fd;
	fd = oom_spool_folder(run_fd, OOM_SPOOL_FOLDER, make);
	(void)close(run_fd);
	return fd;
}

/* ---- the hierarchy, found once for each boot ---- */

/* "v2 /sys/fs/cgroup" */
static int parse_hierarchy(struct oom_span text, struct oom_hierarchy *ret)
{
	struct oom_span line, word;

	if (!oom_next_line(&text, &line) || !oom_next_word(&line, &word))
		return -EINVAL;
	if (oom_span_is(word, "v2"))
		ret->version = OOM_CGROUP_V2;
	else if (oom_span_is(word, "v1"))
		ret->version = OOM_CGROUP_V1;
	else
		return -EINVAL;
	line = oom_span_trim(line);
	if (!oom_span_starts(line, "/") || line.len >= sizeof(ret->mount))
		return -EINVAL;
	oom_span_copy(line, ret->mount, sizeof(ret->mount));
	return 0;
}

static int read_hierarchy(int dir_fd, struct oom_hierarchy *ret)
{
	char text[OOM_CGROUP_PATH_MAX + 8];
	int fd = openat(dir_fd, HIERARCHY_FILE,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, text, sizeof(text));
	(void)close(fd);
	if (got <= 0)
		return -EIO;
	return parse_hierarchy((struct oom_span){ text, (size_t)got }, ret);
}

static void keep_hierarchy(int dir_fd, const struct oom_hierarchy *h)
{
	char text[OOM_CGROUP_PATH_MAX + 8], name[48];
	struct oom_buf buf;
	int fd;

	oom_buf_init(&buf, text, sizeof(text));
	oom_buf_printf(&buf, "%s %s\n",
		       h->version == OOM_CGROUP_V2 ? "v2" : "v1", h->mount);
	(void)snprintf(name, sizeof(name), HIERARCHY_FILE ".%d", (int)getpid());
	fd = openat(dir_fd, name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	if (fd < 0)
		return;
	/* Whole or not at all: another step may read it right now. */
	if (write(fd, buf.ptr, buf.len) != (ssize_t)buf.len ||
	    renameat(dir_fd, name, dir_fd, HIERARCHY_FILE))
		(void)unlinkat(dir_fd, name, 0);
	(void)close(fd);
}

/* A late answer counts as well: the next step finds it in the file. */
static void discover(void *arg, void *result)
{
	struct oom_hierarchy *found = result;

	if (!oom_hierarchy_discover(found))
		keep_hierarchy(*(int *)arg, found);
}

static int find_hierarchy(int dir_fd, int proc_fd, struct oom_hierarchy *ret)
{
	struct oom_hierarchy found = { .version = OOM_CGROUP_NONE };
	const struct oom_child child = {
		.uid = geteuid(),
		.gid = getegid(),
		.proc_fd = proc_fd,
		.home_fd = -1,
		.life_s = CHILD_LIFE_S,
		.may_allocate = true,
		.keep = { dir_fd },
		.n_keep = 1,
		.work = discover,
		.arg = &dir_fd,
		.result_len = sizeof(found),
	};
	int rc = read_hierarchy(dir_fd, ret);

	if (!rc)
		return 0;
	rc = oom_child_run(&child, DISCOVER_WAIT_MS, &found);
	if (rc)
		return rc;
	if (found.version == OOM_CGROUP_NONE)
		return -ENOENT;
	*ret = found;
	return 0;
}

int oom_watch_prepare(const struct oom_roots *roots)
{
	int proc_fd = open_folder(roots->proc);
	int dir_fd = open_spool_folder(roots, true);
	int rc = dir_fd < 0 ? dir_fd : proc_fd < 0 ? proc_fd : 0;
	struct oom_hierarchy found;

	if (!rc) {
		/* slurmd starts, perhaps with another configuration: anew. */
		(void)unlinkat(dir_fd, HIERARCHY_FILE, 0);
		rc = find_hierarchy(dir_fd, proc_fd, &found);
	}
	if (dir_fd >= 0)
		(void)close(dir_fd);
	if (proc_fd >= 0)
		(void)close(proc_fd);
	return rc;
}

/* ---- begin and end ---- */

static void set_identity(struct oom_spool_identity *id,
			 const struct oom_watch *w, int proc_fd)
{
	id->hierarchy = w->hierarchy;
	id->stepd_pid = getpid();
	(void)oom_boot_id(proc_fd, id->boot_id);
	(void)oom_process_start(proc_fd, getpid(), &id->stepd_start);
}

/* The part of the capture that is known from the beginning. */
static void begin_capture(struct oom_watch *w, struct oom_span step_text)
{
	struct oom_buf buf;
	char text[64];

	oom_buf_init(&buf, w->spool->capture, OOM_SPOOL_CAPTURE_MAX);
	oom_buf_puts(&buf, OOM_CAPTURE_MAGIC "\n");
	oom_capture_add(&buf, "step", step_text);
	(void)snprintf(text, sizeof(text), "cgroup %s\nstart_mono_us %llu\n",
		       w->hierarchy.version == OOM_CGROUP_V2 ? "v2" : "v1",
		       (unsigned long long)now_us(CLOCK_MONOTONIC));
	oom_capture_add(&buf, "step", oom_span(text));
	atomic_store(&w->spool->base_len, (uint32_t)buf.len);
	atomic_store(&w->spool->capture_len, (uint32_t)buf.len);
}

/* Zeroed, and nothing of it there before it is touched; NULL: none. */
static void *map_memory(size_t size, int flags)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int open_spool(struct oom_watch *w, const struct oom_watch_spec *spec)
{
	struct oom_spool_identity id = spec->identity;
	int proc_fd = open_folder(w->roots.proc);
	int dir_fd = open_spool_folder(&w->roots, true);
	int rc = dir_fd < 0 ? dir_fd : proc_fd < 0 ? proc_fd : 0;

	if (!rc)
		rc = find_hierarchy(dir_fd, proc_fd, &w->hierarchy);
	if (!rc) {
		set_identity(&id, w, proc_fd);
		oom_spool_name(id.job_id, id.step, id.node, w->spool_name);
		w->in_file = !oom_spool_create(dir_fd, w->spool_name, &id,
					       &w->spool);
		/* A full /run: memory serves as long as slurmstepd lives. */
		if (!w->in_file)
			w->spool = map_memory(OOM_SPOOL_SIZE, MAP_SHARED);
		if (!w->spool)
			rc = -ENOMEM;
		else if (!w->in_file)
			w->spool->identity = id;
	}
	if (dir_fd >= 0)
		(void)close(dir_fd);
	if (proc_fd >= 0)
		(void)close(proc_fd);
	return rc;
}

int oom_watch_open(struct oom_watch **ret, const struct oom_watch_spec *spec)
{
	struct oom_watch *w = map_memory(sizeof(*w), MAP_PRIVATE);
	int rc;

	if (!w)
		return -ENOMEM;
	w->roots = *spec->roots;
	w->config = spec->config;
	w->mode = spec->mode;
	w->is_batch = spec->is_batch;
	w->n_local_tasks = spec->n_local_tasks;
	w->sink = spec->sink;
	w->kmsg_fd = w->sockets[0] = w->sockets[1] = -1;
	rc = open_spool(w, spec);
	if (rc) {
		oom_watch_close(w);
		return rc;
	}
	begin_capture(w, spec->step_text);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, w->sockets))
		w->sockets[0] = w->sockets[1] = -1;
	/* From here on: what the ring holds now is older than this step. */
	w->kmsg_fd = open(w->roots.kmsg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (w->kmsg_fd >= 0)
		(void)lseek(w->kmsg_fd, 0, SEEK_END);
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
	int dir_fd;

	if (!w->in_file)
		return;
	if (atomic_compare_exchange_strong(&w->spool->state, &state,
					   OOM_SPOOL_DONE))
		state = OOM_SPOOL_DONE;
	if (w->is_batch || (state != OOM_SPOOL_DONE && state != OOM_SPOOL_TOLD))
		return;
	dir_fd = open_spool_folder(&w->roots, false);
	if (dir_fd >= 0) {
		(void)unlinkat(dir_fd, w->spool_name, 0);
		(void)close(dir_fd);
	}
}

void oom_watch_close(struct oom_watch *w)
{
	if (!w)
		return;
	for (int i = 0; i < 2; i++)
		if (w->sockets[i] >= 0)
			(void)close(w->sockets[i]);
	if (w->kmsg_fd >= 0)
		(void)close(w->kmsg_fd);
	end_spool(w);
	oom_spool_close(w->spool);
	(void)munmap(w, sizeof(*w));
}

/* ---- the task's descriptors ---- */

struct message {
	uint32_t local_id;
};

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(2 * sizeof(int))];
};

void oom_watch_task_init(struct oom_watch *w, unsigned int local_id)
{
	struct message text = { .local_id = local_id };
	const int fds[2] = { STDOUT_FILENO, STDERR_FILENO };
	struct iovec part = { &text, sizeof(text) };
	union control control;
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	memset(&control, 0, sizeof(control));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	if (w->sockets[1] >= 0 && local_id < OOM_TASKS_MAX)
		(void)sendmsg(w->sockets[1], &message,
			      MSG_DONTWAIT | MSG_NOSIGNAL);
	/* For the epilog hook, and for the other steps on this node. */
	if (!local_id) {
		int proc_fd = open_folder(w->roots.proc);

		if (proc_fd >= 0) {
			oom_stream_note(proc_fd, STDOUT_FILENO, &w->spool->out);
			oom_stream_note(proc_fd, STDERR_FILENO, &w->spool->err);
			(void)close(proc_fd);
		}
	}
}

/* Takes one task's descriptors; false when no message is left. */
static bool receive(struct oom_watch *w, uint32_t *local_id, int fds[2])
{
	struct message text = { .local_id = UINT32_MAX };
	struct iovec part = { &text, sizeof(text) };
	union control control;
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header;

	fds[0] = fds[1] = -1;
	if (w->sockets[0] < 0 ||
	    recvmsg(w->sockets[0], &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <
		    (ssize_t)sizeof(text))
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(2 * sizeof(int)))
		memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
	*local_id = text.local_id;
	return true;
}

static void close_pair(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
		fds[i] = -1;
	}
}

/* Empties the queue and keeps `wanted`'s pair, or another's in its place. */
static void take_descriptors(struct oom_watch *w, uint32_t wanted, int ret[2])
{
	uint32_t local_id;
	bool right = false;
	int fds[2];

	ret[0] = ret[1] = -1;
	while (receive(w, &local_id, fds)) {
		if (right || (ret[0] >= 0 && local_id != wanted)) {
			close_pair(fds);
			continue;
		}
		close_pair(ret);
		ret[0] = fds[0];
		ret[1] = fds[1];
		right = local_id == wanted;
	}
}

/* ---- tasks ---- */

void oom_watch_task_started(struct oom_watch *w, unsigned int local_id,
			    uint32_t rank, pid_t pid)
{
	char path[OOM_CGROUP_PATH_MAX], name[32], text[4096];
	struct watched_task *task;
	int proc_fd, fd;
	ssize_t got = -1;

	if (local_id >= OOM_TASKS_MAX)
		return;
	task = &w->tasks[local_id];
	task->pid = oom_known((uint64_t)pid);
	task->rank = oom_known(rank);
	task->started_ms = oom_known(oom_now_ms());
	proc_fd = open_folder(w->roots.proc);
	if (proc_fd < 0)
		return;
	(void)snprintf(name, sizeof(name), "%d/cgroup", (int)pid);
	fd = openat(proc_fd, name, O_RDONLY | O_CLOEXEC);
	(void)close(proc_fd);
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
	}
}

static void read_task(struct oom_watch *w, struct watched_task *task,
		      int mount_fd, bool whole)
{
	bool v2 = w->hierarchy.version == OOM_CGROUP_V2;
	const char *const *files = whole ? (v2 ? oom_v2_task : oom_v1_task)
					 : (v2 ? oom_v2_events : oom_v1_events);
	struct oom_level level = { .path = "" };

	if (!task->placed || oom_level_read(&level, mount_fd, &task->place,
					    OOM_LEVEL_TASK, files))
		return;
	if (level.oom_kill.known)
		task->kills = level.oom_kill;
	if (level.peak_bytes.known)
		task->peak_bytes = level.peak_bytes;
	if (level.file_bytes.known)
		task->file_bytes = level.file_bytes;
}

/* Kills in the whole step so far; 0 also when nothing could be read. */
static uint64_t step_kills(struct oom_watch *w, int mount_fd)
{
	bool v2 = w->hierarchy.version == OOM_CGROUP_V2;
	struct oom_level level = { .path = "" };
	uint64_t kills = 0;

	if (atomic_load(&w->spool->placed))
		(void)oom_level_read(&level, mount_fd, &w->spool->place,
				     OOM_LEVEL_STEP,
				     v2 ? oom_v2_events : oom_v1_events);
	kills = oom_value_or(level.oom_kill, 0);
	for (unsigned int i = 0; i < OOM_TASKS_MAX && i < w->n_local_tasks; i++)
		kills += oom_value_or(w->tasks[i].kills, 0);
	return kills;
}

static void add_reading(struct oom_buf *buf, const char *key,
			struct oom_reading r)
{
	if (r.known)
		oom_buf_printf(buf, "%s %llu\n", key,
			       (unsigned long long)r.value);
}

static void capture_task(struct oom_buf *capture, unsigned int local_id,
			 const struct watched_task *task)
{
	char section[24], text[256];
	struct oom_buf buf;

	(void)snprintf(section, sizeof(section), "task %u", local_id);
	oom_buf_init(&buf, text, sizeof(text));
	add_reading(&buf, "rank", task->rank);
	add_reading(&buf, "pid", task->pid);
	add_reading(&buf, "status", task->status);
	if (task->ended_ms.known && task->started_ms.known)
		add_reading(&buf, "ran_ms",
			    oom_known(task->ended_ms.value -
				      task->started_ms.value));
	add_reading(&buf, "kills", task->kills);
	add_reading(&buf, "peak_bytes", task->peak_bytes);
	add_reading(&buf, "file_bytes", task->file_bytes);
	oom_capture_add(capture, section,
			(struct oom_span){ buf.ptr, buf.len });
}

/* Needs the time zone: not for a child of a threaded process. */
static void capture_clock(struct oom_buf *capture)
{
	time_t now = time(NULL);
	struct tm local;
	char text[160];

	if (!localtime_r(&now, &local))
		local.tm_gmtoff = 0;
	(void)snprintf(text, sizeof(text),
		       "now_real_s %lld\nnow_mono_us %llu\nutc_offset_s %ld\n",
		       (long long)now,
		       (unsigned long long)now_us(CLOCK_MONOTONIC),
		       local.tm_gmtoff);
	oom_capture_add(capture, "clock", oom_span(text));
}

/* All that is the same for a live step and for one that is picked up. */
static void capture_levels(struct oom_buf *capture, struct oom_spool *spool,
			   int mount_fd, int proc_fd)
{
	char text[32];

	capture_clock(capture);
	(void)snprintf(text, sizeof(text), "%ld\n", sysconf(_SC_PAGESIZE));
	oom_capture_add(capture, "page_bytes", oom_span(text));
	(void)oom_capture_add_file(capture, "meminfo", proc_fd, "meminfo");
	if (!atomic_load(&spool->placed))
		return;
	for (int kind = OOM_LEVEL_USER; kind < OOM_LEVELS; kind++)
		(void)oom_cgroup_capture(capture, mount_fd, &spool->place, kind,
					 spool->identity.hierarchy.version);
}

static void capture_step(struct oom_watch *w, int mount_fd, int proc_fd,
			 bool in_batch)
{
	struct oom_buf buf = { .ptr = w->spool->capture,
			       .cap = OOM_SPOOL_CAPTURE_MAX,
			       .len = atomic_load(&w->spool->base_len) };

	if (in_batch)
		oom_capture_add(&buf, "step", oom_span("in_batch 1\n"));
	capture_levels(&buf, w->spool, mount_fd, proc_fd);
	for (unsigned int i = 0; i < OOM_TASKS_MAX && i < w->n_local_tasks;
	     i++) {
		read_task(w, &w->tasks[i], mount_fd, true);
		capture_task(&buf, i, &w->tasks[i]);
	}
	atomic_store(&w->spool->capture_len, (uint32_t)buf.len);
	/* From here on the epilog hook would tell it, should the child fail. */
	atomic_store(&w->spool->state, OOM_SPOOL_CAPTURED);
}

/* ---- other steps of the job on this node ---- */

/* "4711.batch.node0": is it this job's and this node's? */
static bool is_spool_of(const char *name, uint32_t job_id, const char *node)
{
	struct oom_span rest = oom_span(name), part;
	uint64_t number;

	part = (struct oom_span){ rest.ptr, oom_span_find(rest, ".") };
	if (part.len == rest.len || oom_parse_u64(part, &number) ||
	    number != job_id)
		return false;
	rest.ptr += part.len + 1;
	rest.len -= part.len + 1;
	part.len = oom_span_find(rest, ".");
	if (part.len == rest.len)
		return false;
	rest.ptr += part.len + 1;
	rest.len -= part.len + 1;
	return !node || oom_span_is(rest, node);
}

static bool stepd_lives(int proc_fd, const struct oom_spool *spool)
{
	uint64_t start;

	return !oom_process_start(proc_fd, spool->identity.stepd_pid, &start) &&
	       start == spool->identity.stepd_start;
}

/* The batch step's file, when that step is alive on this node. */
static struct oom_spool *find_batch(struct oom_watch *w, int dir_fd,
				    int proc_fd)
{
	char name[OOM_SPOOL_NAME_MAX];
	struct oom_spool *batch = NULL;

	oom_spool_name(w->spool->identity.job_id, "batch",
		       w->spool->identity.node, name);
	if (oom_spool_open(dir_fd, name, w->spool->identity.boot_id, &batch))
		return NULL;
	if (stepd_lives(proc_fd, batch) && batch->out.known)
		return batch;
	oom_spool_close(batch);
	return NULL;
}

static DIR *list_folder(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		(void)close(fd);
	return dir;
}

/* Blocks of this job that belong into the batch step's output file. */
static void find_others(struct oom_watch *w, int dir_fd, struct oom_tale *tale)
{
	const struct oom_spool_identity *id = &w->spool->identity;
	DIR *dir = list_folder(dir_fd);
	struct dirent *entry;

	while (dir && tale->n_others < OOM_OTHERS_MAX &&
	       (entry = readdir(dir))) {
		struct oom_spool *other;

		if (!is_spool_of(entry->d_name, id->job_id, id->node) ||
		    !strcmp(entry->d_name, w->spool_name) ||
		    oom_spool_open(dir_fd, entry->d_name, id->boot_id, &other))
			continue;
		if (atomic_load(&other->state) <= OOM_SPOOL_DONE)
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

static int run_tale(struct oom_tale *tale, const struct oom_spool_identity *id,
		    int mount_fd, int wait_ms, struct oom_told *told)
{
	const size_t scratch = (1 + tale->n_others) * sizeof(*tale->scratch);
	const struct oom_child child = {
		.uid = id->uid,
		.gid = id->gid,
		.n_gids = id->n_gids,
		.gids = id->gids,
		.proc_fd = tale->proc_fd,
		.home_fd = mount_fd,
		.keep = { tale->kmsg_fd, tale->out_fd, tale->err_fd },
		.n_keep = 3,
		.life_s = CHILD_LIFE_S,
		.work = oom_tell,
		.arg = tale,
		.result_len = sizeof(*told),
	};
	int rc;

	/* Before the child drops the right to have more. */
	tale->scratch = map_memory(scratch, MAP_PRIVATE);
	if (!tale->scratch)
		return -ENOMEM;
	rc = oom_child_run(&child, wait_ms, told);
	(void)munmap(tale->scratch, scratch);
	return rc;
}

/* A recording for the test fixtures: the admin asked for it. */
static void record(const struct oom_watch *w)
{
	struct oom_span text = oom_spool_capture(w->spool);
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

static int end_step(struct oom_watch *w, bool own, int mount_fd, int proc_fd,
		    int fds[2], uint64_t begun_ms, struct oom_told *told)
{
	struct oom_tale tale = { .proc_fd = proc_fd,
				 .kmsg_fd = own ? w->kmsg_fd : -1,
				 .out_fd = fds[0],
				 .err_fd = fds[1],
				 .own = own ? w->spool : NULL,
				 .sink = w->sink };
	int dir_fd = open_spool_folder(&w->roots, false);
	uint64_t spent;
	int wait_ms, rc;

	if (dir_fd >= 0 && w->is_batch)
		find_others(w, dir_fd, &tale);
	else if (dir_fd >= 0 && w->in_file)
		tale.batch = find_batch(w, dir_fd, proc_fd);
	if (dir_fd >= 0)
		(void)close(dir_fd);
	if (own)
		capture_step(w, mount_fd, proc_fd, w->is_batch || tale.batch);
	spent = oom_now_ms() - begun_ms;
	wait_ms = spent < OOM_HOLD_MS ? (int)(OOM_HOLD_MS - spent) : 0;
	/* A recording wants the kernel log, which the child reads. */
	if (w->config.record_dir[0])
		wait_ms = CHILD_LIFE_S * 1000;
	rc = run_tale(&tale, &w->spool->identity, mount_fd, wait_ms, told);
	oom_spool_close(tale.batch);
	for (unsigned int i = 0; i < tale.n_others; i++)
		oom_spool_close(tale.others[i]);
	if (own && w->config.record_dir[0])
		record(w);
	return rc;
}

bool oom_watch_task_ended(struct oom_watch *w, unsigned int local_id,
			  int wait_status, struct oom_told *told, int *error)
{
	uint64_t begun_us = now_us(CLOCK_MONOTONIC), kills = 0;
	bool last = ++w->n_ended >= w->n_local_tasks, own, others, tell = false;
	int proc_fd = -1, mount_fd = oom_hierarchy_open(&w->hierarchy);
	int fds[2];

	if (local_id < OOM_TASKS_MAX) {
		w->tasks[local_id].status = oom_known((uint32_t)wait_status);
		w->tasks[local_id].ended_ms = oom_known(oom_now_ms());
		/* Now: its folder may be gone when the step ends. */
		if (mount_fd >= 0)
			read_task(w, &w->tasks[local_id], mount_fd, false);
	}
	if (last && !w->told) {
		w->told = true;
		if (mount_fd >= 0)
			kills = step_kills(w, mount_fd);
		take_descriptors(w, victim_task(w, local_id), fds);
		own = kills || w->mode == OOM_MODE_VERBOSE;
		others = w->is_batch && atomic_load(&w->spool->pending);
		if (own || others)
			proc_fd = open_folder(w->roots.proc);
		if (proc_fd >= 0) {
			tell = true;
			memset(told, 0, sizeof(*told));
			*error = end_step(w, own, mount_fd, proc_fd, fds,
					  begun_us / 1000, told);
			(void)close(proc_fd);
		}
		close_pair(fds);
	}
	if (mount_fd >= 0)
		(void)close(mount_fd);
	w->held_us = now_us(CLOCK_MONOTONIC) - begun_us;
	return tell;
}

uint64_t oom_watch_held_us(const struct oom_watch *w)
{
	return w->held_us;
}

/* ---- the end of a job ---- */

/* slurmstepd died before it could look: look now, as far as that goes. */
static void pick_up(struct oom_spool *spool, int proc_fd)
{
	struct oom_buf buf = { .ptr = spool->capture,
			       .cap = OOM_SPOOL_CAPTURE_MAX,
			       .len = atomic_load(&spool->base_len) };
	int mount_fd = oom_hierarchy_open(&spool->identity.hierarchy);

	if (buf.len > OOM_SPOOL_CAPTURE_MAX)
		buf.len = 0;
	capture_levels(&buf, spool, mount_fd, proc_fd);
	if (mount_fd >= 0)
		(void)close(mount_fd);
	atomic_store(&spool->capture_len, (uint32_t)buf.len);
}

/* The job's STDOUT, or else the first of its steps' own files. */
static const struct oom_stream *find_output(const struct oom_tale *tale)
{
	const struct oom_stream *found = NULL;

	for (unsigned int i = 0; i < tale->n_others; i++) {
		const struct oom_spool *spool = tale->others[i];

		if (!spool->out.known)
			continue;
		if (!strcmp(spool->identity.step, "batch"))
			return &spool->out;
		if (!found && S_ISREG(spool->out.mode))
			found = &spool->out;
	}
	return found;
}

/* A child that slurmstepd did not wait for may still be writing. */
static void wait_for_writer(struct oom_spool *spool, int proc_fd)
{
	const struct timespec nap = { .tv_nsec = 20 * 1000 * 1000 };
	uint64_t deadline_ms = oom_now_ms() + CHILD_LIFE_S * 1000, start;
	uint32_t writing = OOM_SPOOL_WRITING;

	while (atomic_load(&spool->state) == OOM_SPOOL_WRITING &&
	       oom_now_ms() < deadline_ms) {
		pid_t writer = atomic_load(&spool->writer);

		if (writer && oom_process_start(proc_fd, writer, &start))
			break;
		(void)nanosleep(&nap, NULL);
	}
	/* It died in the middle: the file is looked into before it is redone. */
	(void)atomic_compare_exchange_strong(&spool->state, &writing,
					     OOM_SPOOL_CAPTURED);
}

/* Those of the job's files whose slurmstepd is gone; names for removal. */
static bool gather(struct oom_tale *tale, int dir_fd, uint32_t job_id,
		   const char *node,
		   char names[OOM_OTHERS_MAX][OOM_SPOOL_NAME_MAX])
{
	char boot_id[OOM_BOOT_ID_LEN];
	struct dirent *entry;
	bool work = false;
	DIR *dir;

	if (oom_boot_id(tale->proc_fd, boot_id))
		return false;
	dir = list_folder(dir_fd);
	while (dir && tale->n_others < OOM_OTHERS_MAX &&
	       (entry = readdir(dir))) {
		struct oom_spool *spool = NULL;
		int rc;

		if (!is_spool_of(entry->d_name, job_id, node) ||
		    strlen(entry->d_name) >= OOM_SPOOL_NAME_MAX)
			continue;
		rc = oom_spool_open(dir_fd, entry->d_name, boot_id, &spool);
		if (rc) {
			/* What must not be believed is only removed. */
			if (rc == -EBADMSG || rc == -ESTALE || rc == -EPROTO)
				(void)unlinkat(dir_fd, entry->d_name, 0);
			continue;
		}
		if (stepd_lives(tale->proc_fd, spool)) {
			oom_spool_close(spool);
			continue;
		}
		wait_for_writer(spool, tale->proc_fd);
		if (atomic_load(&spool->state) == OOM_SPOOL_OPEN)
			pick_up(spool, tale->proc_fd);
		if (atomic_load(&spool->state) != OOM_SPOOL_DONE)
			work = true;
		memcpy(names[tale->n_others], entry->d_name,
		       strlen(entry->d_name) + 1);
		tale->others[tale->n_others++] = spool;
	}
	if (dir)
		(void)closedir(dir);
	return work;
}

int oom_watch_job_ended(const struct oom_roots *roots, uint32_t job_id,
			const char *node)
{
	char names[OOM_OTHERS_MAX][OOM_SPOOL_NAME_MAX];
	struct oom_tale tale = { .kmsg_fd = -1,
				 .out_fd = -1,
				 .err_fd = -1,
				 .reads_for_others = true };
	struct oom_told told = { 0 };
	int dir_fd = open_spool_folder(roots, false), rc = 0;

	if (dir_fd < 0)
		return dir_fd == -ENOENT ? 0 : dir_fd;
	tale.proc_fd = open_folder(roots->proc);
	if (tale.proc_fd >= 0 && gather(&tale, dir_fd, job_id, node, names)) {
		tale.kmsg_fd =
			open(roots->kmsg, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		tale.reopen = find_output(&tale);
		rc = run_tale(&tale, &tale.others[0]->identity, -1,
			      EPILOG_WAIT_MS, &told);
	}
	for (unsigned int i = 0; i < tale.n_others; i++) {
		oom_spool_close(tale.others[i]);
		(void)unlinkat(dir_fd, names[i], 0);
	}
	if (tale.kmsg_fd >= 0)
		(void)close(tale.kmsg_fd);
	if (tale.proc_fd >= 0)
		(void)close(tale.proc_fd);
	(void)close(dir_fd);
	return rc ? rc : told.others_written;
}
