// SPDX-License-Identifier: GPL-2.0-or-later
#include "evidence.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "clock.h"

void oom_evidence_read_task(struct oom_evidence_task *task, int mount_fd,
			    enum oom_cgroup_version version,
			    enum oom_depth depth)
{
	static const char *const v2[] = { "memory.events", "memory.peak",
					  "memory.stat" };
	static const char *const v1[] = { "memory.oom_control",
					  "memory.max_usage_in_bytes",
					  "memory.stat" };
	const char *files[4] = { NULL };
	struct oom_level level = { .path = "" };

	for (int i = 0; i <= (int)depth; i++)
		files[i] = version == OOM_CGROUP_V2 ? v2[i] : v1[i];
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

void oom_evidence_each_task(const struct oom_spool *spool, int mount_fd,
			    void (*visit)(void *arg, uint64_t local_id,
					  struct oom_evidence_task *task),
			    void *arg)
{
	enum oom_level_kind kind = spool->place.len[OOM_LEVEL_USER]
					   ? OOM_LEVEL_USER
					   : OOM_LEVEL_STEP;
	char path[OOM_CGROUP_PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int fd;

	oom_cgroup_level_path(&spool->place, kind, path);
	if (!path[0])
		return;
	fd = openat(mount_fd, path + 1,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		(void)close(fd);
	while (dir && (entry = readdir(dir))) {
		struct oom_evidence_task task = { .placed = true };
		struct oom_span name = oom_span(entry->d_name);
		uint64_t local_id;
		int len;

		if (!oom_span_skip(&name, "task_") ||
		    oom_parse_u64(name, &local_id))
			continue;
		len = snprintf(task.place.path, sizeof(task.place.path),
			       "%s/%s", path, entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(task.place.path))
			continue;
		task.place.len[OOM_LEVEL_TASK] = (size_t)len;
		oom_evidence_read_task(&task, mount_fd,
				       spool->identity.hierarchy.version,
				       OOM_DEPTH_STAT);
		visit(arg, local_id, &task);
	}
	if (dir)
		(void)closedir(dir);
}

void oom_evidence_add_other(void *other_kills, uint64_t local_id,
			    struct oom_evidence_task *task)
{
	struct oom_reading *kills = other_kills;

	if (local_id >= OOM_TASKS_MAX && task->kills.known)
		*kills = oom_known(oom_value_or(*kills, 0) + task->kills.value);
}

static void add_reading(struct oom_buf *buf, const char *key,
			struct oom_reading r)
{
	if (r.known)
		oom_buf_printf(buf, "%s %llu\n", key,
			       (unsigned long long)r.value);
}

void oom_evidence_task(struct oom_buf *capture, unsigned int local_id,
		       const struct oom_evidence_task *task)
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

void oom_evidence_other(struct oom_buf *capture, struct oom_reading kills)
{
	char text[40];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	add_reading(&buf, "other_kills", kills);
	if (buf.len)
		oom_capture_add(capture, "step", oom_span(text));
}

/* Needs the time zone: not for a child of a threaded process. */
static void capture_clock(struct oom_buf *capture)
{
	struct timespec real = { 0 };
	time_t now;
	struct tm local;
	char text[160];

	(void)clock_gettime(CLOCK_REALTIME, &real);
	now = real.tv_sec;
	if (!localtime_r(&now, &local))
		local.tm_gmtoff = 0;
	(void)snprintf(text, sizeof(text),
		       "now_real_s %lld\nnow_real_ns %ld\nnow_mono_us %llu\n"
		       "utc_offset_s %ld\n",
		       (long long)now, real.tv_nsec,
		       (unsigned long long)oom_now_us(), local.tm_gmtoff);
	oom_capture_add(capture, "clock", oom_span(text));
}

void oom_evidence_levels(struct oom_buf *capture, struct oom_spool *spool,
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
