/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the tests and the measures of growth: a cgroup v2 folder. */
#ifndef OOM_TESTS_GROWTH_H
#define OOM_TESTS_GROWTH_H

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

struct test_cgroup {
	char path[512];
	char mounted[64]; /* by us; empty: it was there */
};

static inline bool find_cgroup2(char *path, size_t cap)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *entry;
	bool found = false;

	while (mounts && !found && (entry = getmntent(mounts)))
		if (strcmp(entry->mnt_type, "cgroup2") == 0) {
			(void)snprintf(path, cap, "%s", entry->mnt_dir);
			found = true;
		}
	if (mounts)
		(void)endmntent(mounts);
	return found;
}

/* A folder of its own, mounting the hierarchy if nobody has.  0 or -errno. */
static inline int make_cgroup(struct test_cgroup *cgroup)
{
	char top[256];
	int rc;

	cgroup->mounted[0] = '\0';
	if (!find_cgroup2(top, sizeof(top))) {
		strcpy(cgroup->mounted, "/tmp/oom-cgroup-XXXXXX");
		if (!mkdtemp(cgroup->mounted))
			return -errno;
		if (mount("none", cgroup->mounted, "cgroup2", 0, NULL)) {
			rc = -errno;
			(void)rmdir(cgroup->mounted);
			return rc;
		}
		strcpy(top, cgroup->mounted);
	}
	(void)snprintf(cgroup->path, sizeof(cgroup->path), "%s/oom-growth-%d",
		       top, (int)getpid());
	return mkdir(cgroup->path, 0755) ? -errno : 0;
}

static inline int open_cgroup(const struct test_cgroup *cgroup)
{
	return open(cgroup->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The calling process moves; 0 or -errno. */
static inline int join_cgroup(const struct test_cgroup *cgroup)
{
	char path[600];
	int fd, rc = 0;

	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup->path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, "0", 1) != 1)
		rc = -errno;
	(void)close(fd);
	return rc;
}

/* A process that has just died may still be on its way out of it. */
static inline int remove_cgroup(const struct test_cgroup *cgroup)
{
	int rc = 0;

	for (int i = 0; i < 100; i++) {
		rc = rmdir(cgroup->path) ? -errno : 0;
		if (rc != -EBUSY)
			break;
		(void)usleep(10000);
	}
	if (cgroup->mounted[0]) {
		(void)umount(cgroup->mounted);
		(void)rmdir(cgroup->mounted);
	}
	return rc;
}

#endif
