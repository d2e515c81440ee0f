// SPDX-License-Identifier: GPL-2.0-or-later
#include "hierarchy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "child.h"

#define CHILD_LIFE_S	 10
#define DISCOVER_WAIT_MS 2000
#define HIERARCHY_FILE	 ".memory-hierarchy"

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

int oom_hierarchy_find(int dir_fd, int proc_fd, struct oom_hierarchy *ret,
		       int *mount_fd)
{
	struct oom_hierarchy found = { .version = OOM_CGROUP_NONE };
	struct oom_child child = {
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
	int rc = read_hierarchy(dir_fd, &found), fd = -1;

	if (!rc)
		fd = oom_hierarchy_open(&found);
	if (fd < 0) {
		child.uid = geteuid();
		child.gid = getegid();
		found.version = OOM_CGROUP_NONE;
		rc = oom_child_run(&child, DISCOVER_WAIT_MS, &found, NULL);
		if (rc)
			return rc;
		if (found.version == OOM_CGROUP_NONE)
			return -ENOENT;
		fd = oom_hierarchy_open(&found);
		if (fd < 0)
			return fd;
	}
	*mount_fd = fd;
	*ret = found;
	return 0;
}
