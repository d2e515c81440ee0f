// SPDX-License-Identifier: GPL-2.0-or-later
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <libcgroup.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "capture.h"

const char *const oom_level_names[OOM_LEVELS] = {
	[OOM_LEVEL_TASK] = "task",
	[OOM_LEVEL_USER] = "user",
	[OOM_LEVEL_STEP] = "step",
	[OOM_LEVEL_JOB] = "job",
};

/* v1 page counters top out at LONG_MAX pages; anything near it is "none". */
#define V1_UNLIMITED (UINT64_C(1) << 62)

static const char *const v2_files[] = { "memory.events", "memory.max",
					"memory.high",	 "memory.swap.max",
					"memory.peak",	 "memory.current",
					"memory.stat",	 NULL };

static const char *const v1_files[] = {
	"memory.oom_control",	 "memory.limit_in_bytes",
	"memory.usage_in_bytes", "memory.max_usage_in_bytes",
	"memory.failcnt",	 "memory.memsw.limit_in_bytes",
	"memory.stat",		 NULL
};

const char *const oom_v2_events[] = { "memory.events", NULL };
const char *const oom_v1_events[] = { "memory.oom_control", NULL };

/* Its default logger writes to stdout: the job's output, in the end. */
static void no_log(void *userdata, int level, const char *format, va_list args)
{
	(void)userdata;
	(void)level;
	(void)format;
	(void)args;
}

/* Unknown counts as "yes": then more counters are looked at. */
static bool has_local_events(const char *mount)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	bool local = true;

	if (!mounts)
		return local;
	while ((entry = getmntent(mounts)))
		if (!strcmp(entry->mnt_dir, mount))
			local = hasmntopt(entry, "memory_localevents") != NULL;
	(void)endmntent(mounts);
	return local;
}

int oom_hierarchy_discover(struct oom_hierarchy *ret)
{
	struct oom_hierarchy found = { .version = OOM_CGROUP_NONE };
	char *mount = NULL;
	struct statfs fs;
	size_t len;

	cgroup_set_logger(no_log, CGROUP_LOG_ERROR, NULL);
	if (cgroup_init())
		return -EIO;
	if (cgroup_get_subsys_mount_point("memory", &mount) || !mount)
		return -ENOENT;
	len = strlen(mount);
	if (len < sizeof(found.mount))
		memcpy(found.mount, mount, len + 1);
	free(mount);
	if (!found.mount[0] || statfs(found.mount, &fs))
		return -ENOENT;
	if (fs.f_type == CGROUP2_SUPER_MAGIC)
		found.version = OOM_CGROUP_V2;
	else if (fs.f_type == CGROUP_SUPER_MAGIC)
		found.version = OOM_CGROUP_V1;
	else
		return -ENOENT;
	found.local_events = found.version == OOM_CGROUP_V2 &&
			     has_local_events(found.mount);
	*ret = found;
	return 0;
}

int oom_hierarchy_open(const struct oom_hierarchy *hierarchy)
{
	long magic = hierarchy->version == OOM_CGROUP_V2 ? CGROUP2_SUPER_MAGIC
							 : CGROUP_SUPER_MAGIC;
	struct statfs fs;
	int fd = open(hierarchy->mount, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &fs) || fs.f_type != magic) {
		(void)close(fd);
		return -EINVAL;
	}
	return fd;
}

/* Is `name` one of the comma-separated words of `list`? */
static bool has_controller(struct oom_span list, const char *name)
{
	while (list.len) {
		size_t comma = oom_span_find(list, ",");
		struct oom_span word = { list.ptr, comma };

		if (oom_span_is(word, name))
			return true;
		comma += comma < list.len;
		list.ptr += comma;
		list.len -= comma;
	}
	return false;
}

/* Lines are "ID:CONTROLLERS:PATH" (cgroups(7)); v2's is "0::PATH". */
int oom_cgroup_parse_membership(struct oom_span text,
				enum oom_cgroup_version version,
				char ret[OOM_CGROUP_PATH_MAX])
{
	struct oom_span line;

	while (oom_next_line(&text, &line)) {
		struct oom_span id = line, list;
		size_t colon = oom_span_find(line, ":");

		if (colon == line.len)
			continue;
		id.len = colon;
		list.ptr = line.ptr + colon + 1;
		list.len = line.len - colon - 1;
		colon = oom_span_find(list, ":");
		if (colon == list.len)
			continue;
		line.ptr = list.ptr + colon + 1;
		line.len = list.len - colon - 1;
		list.len = colon;
		if (version == OOM_CGROUP_V2
			    ? !(oom_span_is(id, "0") && !list.len)
			    : !has_controller(list, "memory"))
			continue;
		if (!line.len || line.ptr[0] != '/')
			return -ENOENT;
		if (line.len >= OOM_CGROUP_PATH_MAX)
			return -ENAMETOOLONG;
		oom_span_copy(line, ret, OOM_CGROUP_PATH_MAX);
		return 0;
	}
	return -ENOENT;
}

int oom_cgroup_place(const char *path, struct oom_cgroup_place *ret)
{
	struct oom_cgroup_place place = { .path = "" };
	size_t start = 0, len = strlen(path);
	bool below_step = false;

	if (len >= sizeof(place.path))
		return -ENOENT;
	memcpy(place.path, path, len + 1);
	while (start < len) {
		struct oom_span name;
		size_t end;

		start++; /* the slash */
		end = start;
		while (end < len && path[end] != '/')
			end++;
		name = (struct oom_span){ path + start, end - start };
		if (!place.len[OOM_LEVEL_STEP]) {
			if (oom_span_starts(name, "step_")) {
				place.len[OOM_LEVEL_STEP] = end;
				place.len[OOM_LEVEL_JOB] = start - 1;
			}
		} else if (!below_step) {
			/* Only Slurm's own layer: deeper ones are the user's. */
			below_step = true;
			if (oom_span_is(name, "user")) {
				place.len[OOM_LEVEL_USER] = end;
				below_step = false;
			} else if (oom_span_starts(name, "task_")) {
				place.len[OOM_LEVEL_TASK] = end;
			}
		}
		start = end;
	}
	if (!place.len[OOM_LEVEL_STEP] || !place.len[OOM_LEVEL_JOB])
		return -ENOENT;
	*ret = place;
	return 0;
}

void oom_cgroup_level_path(const struct oom_cgroup_place *place,
			   enum oom_level_kind kind,
			   char out[OOM_CGROUP_PATH_MAX])
{
	size_t len = place->len[kind];

	memcpy(out, place->path, len);
	out[len] = '\0';
}

static int open_level(int mount_fd, const struct oom_cgroup_place *place,
		      enum oom_level_kind kind)
{
	char path[OOM_CGROUP_PATH_MAX];
	int fd;

	if (place->len[kind] < 2)
		return -ENOENT;
	oom_cgroup_level_path(place, kind, path);
	fd = openat(mount_fd, path + 1, /* relative to the mount */
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int oom_cgroup_capture(struct oom_buf *capture, int mount_fd,
		       const struct oom_cgroup_place *place,
		       enum oom_level_kind kind,
		       enum oom_cgroup_version version)
{
	const char *tag = oom_level_names[kind];
	const char *const *files = version == OOM_CGROUP_V2 ? v2_files
							    : v1_files;
	int fd = open_level(mount_fd, place, kind);
	char section[96];

	/* The path also when the folder is gone: the kernel's report has it. */
	(void)snprintf(section, sizeof(section), "cgroup %s path", tag);
	if (place->len[kind])
		oom_capture_add(capture, section,
				(struct oom_span){ place->path,
						   place->len[kind] });
	if (fd < 0)
		return fd;
	for (; *files; files++) {
		(void)snprintf(section, sizeof(section), "cgroup %s %s", tag,
			       *files);
		(void)oom_capture_add_file(capture, section, fd, *files);
	}
	(void)close(fd);
	return 0;
}

/* "key value" lines: memory.events, memory.stat, memory.oom_control. */
static bool next_pair(struct oom_span *text, struct oom_span *key,
		      uint64_t *value)
{
	struct oom_span line, word, rest;

	while (oom_next_line(text, &line)) {
		if (oom_next_word(&line, key) && oom_next_word(&line, &word) &&
		    !oom_next_word(&line, &rest) && !oom_parse_u64(word, value))
			return true;
	}
	return false;
}

static void parse_events(struct oom_level *level, struct oom_span text)
{
	const struct {
		const char *key;
		struct oom_reading *reading;
	} keys[] = {
		{ "oom", &level->oom },
		{ "oom_kill", &level->oom_kill },
		{ "oom_group_kill", &level->oom_group_kill },
		{ "under_oom", &level->under_oom },
		{ "max", &level->max },
		{ "high", &level->high },
	};
	struct oom_span key;
	uint64_t value;

	while (next_pair(&text, &key, &value))
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (oom_span_is(key, keys[i].key))
				*keys[i].reading = oom_known(value);
}

void oom_level_parse_stat(struct oom_level *level, struct oom_span text)
{
	struct oom_reading cache = { 0 }, kernel = { 0 };
	struct oom_level v1 = { .path = "" };
	struct oom_span key;
	uint64_t value;

	while (next_pair(&text, &key, &value)) {
		struct oom_reading known = oom_known(value);

		if (oom_span_is(key, "anon"))
			level->anon_bytes = known;
		else if (oom_span_is(key, "file"))
			level->file_bytes = known;
		else if (oom_span_is(key, "shmem"))
			level->shmem_bytes = known;
		else if (oom_span_is(key, "kernel")) /* from 5.18 on */
			kernel = known;
		else if (oom_span_is(key, "slab"))
			level->slab_bytes = known;
		else if (oom_span_is(key, "kernel_stack"))
			level->stack_bytes = known;
		/* v1: total_* are hierarchical, the plain ones are local. */
		else if (oom_span_is(key, "total_rss"))
			v1.anon_bytes = known;
		else if (oom_span_is(key, "total_shmem"))
			v1.shmem_bytes = known;
		else if (oom_span_is(key, "total_cache"))
			cache = known;
	}
	if (v1.anon_bytes.known)
		level->anon_bytes = v1.anon_bytes;
	if (v1.shmem_bytes.known)
		level->shmem_bytes = v1.shmem_bytes;
	/* cache counts page cache and shmem, as v2's "file" does. */
	if (cache.known)
		level->file_bytes = cache;
	if (kernel.known)
		level->kernel_bytes = kernel;
	else if (!level->kernel_bytes.known && level->slab_bytes.known &&
		 level->stack_bytes.known)
		level->kernel_bytes = oom_known(level->slab_bytes.value +
						level->stack_bytes.value);
}

static struct oom_reading parse_amount(struct oom_span text, uint64_t unlimited)
{
	struct oom_span line, word, rest;
	uint64_t value;

	if (!oom_next_line(&text, &line) || !oom_next_word(&line, &word) ||
	    oom_next_word(&line, &rest))
		return (struct oom_reading){ 0 };
	if (oom_span_is(word, "max"))
		return oom_known(OOM_UNLIMITED);
	if (oom_parse_u64(word, &value))
		return (struct oom_reading){ 0 };
	return oom_known(value >= unlimited ? OOM_UNLIMITED : value);
}

void oom_level_parse(struct oom_level *level, const char *file,
		     struct oom_span text)
{
	const struct {
		const char *file;
		struct oom_reading *reading;
		uint64_t unlimited;
	} amounts[] = {
		{ "memory.max", &level->limit_bytes, OOM_UNLIMITED },
		{ "memory.high", &level->high_bytes, OOM_UNLIMITED },
		{ "memory.swap.max", &level->swap_limit_bytes, OOM_UNLIMITED },
		{ "memory.peak", &level->peak_bytes, OOM_UNLIMITED },
		{ "memory.current", &level->usage_bytes, OOM_UNLIMITED },
		{ "memory.limit_in_bytes", &level->limit_bytes, V1_UNLIMITED },
		{ "memory.usage_in_bytes", &level->usage_bytes, V1_UNLIMITED },
		{ "memory.max_usage_in_bytes", &level->peak_bytes,
		  V1_UNLIMITED },
		{ "memory.memsw.limit_in_bytes", &level->swap_limit_bytes,
		  V1_UNLIMITED },
		{ "memory.failcnt", &level->failcnt, OOM_UNLIMITED },
	};
	struct oom_span line = { 0 };

	if (!strcmp(file, "path")) {
		if (oom_capture_line(&text, &line))
			oom_span_copy(line, level->path, sizeof(level->path));
		return;
	}
	if (!strcmp(file, "memory.events") ||
	    !strcmp(file, "memory.oom_control")) {
		parse_events(level, text);
		return;
	}
	if (!strcmp(file, "memory.stat")) {
		oom_level_parse_stat(level, text);
		return;
	}
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		struct oom_reading amount;

		if (strcmp(file, amounts[i].file) != 0)
			continue;
		amount = parse_amount(text, amounts[i].unlimited);
		if (amount.known)
			*amounts[i].reading = amount;
	}
}

int oom_level_read(struct oom_level *level, int mount_fd,
		   const struct oom_cgroup_place *place,
		   enum oom_level_kind kind, const char *const *files)
{
	char path[OOM_CGROUP_PATH_MAX + 40], text[8192];
	int rc = -ENOENT;

	if (place->len[kind] < 2)
		return rc;
	for (; *files; files++) {
		ssize_t got;
		int fd;

		/* In one go: a handle on the folder would be two calls more. */
		(void)snprintf(path, sizeof(path), "%.*s/%s",
			       (int)place->len[kind] - 1, place->path + 1,
			       *files);
		fd = openat(mount_fd, path,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0) {
			rc = rc ? -errno : 0;
			continue;
		}
		/* The kernel gives such a file whole, or the buffer full. */
		got = read(fd, text, sizeof(text));
		(void)close(fd);
		if (got < 0)
			continue;
		oom_level_parse(level, *files,
				(struct oom_span){ text, (size_t)got });
		rc = 0;
	}
	return rc;
}
