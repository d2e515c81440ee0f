// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A memory cgroup tree in Slurm's layout, beside whatever the machine has:
 *   v1  MNT/oomtest_PID/uid_U/job_J/step_S/task_N
 *   v2  MNT/oomtest_PID/job_J/step_S/user/task_N
 */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

pid_t tree_owner;

static char mount_path[256];
static int version = -1;

static int put(const char *folder, const char *file, const char *text)
{
	char path[PATH_MAX];
	ssize_t wrote;
	int fd, rc;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	wrote = write(fd, text, strlen(text));
	rc = wrote < 0 ? -errno : 0;
	(void)close(fd);
	return rc;
}

static bool has_word(const char *folder, const char *file, const char *word)
{
	char path[PATH_MAX], text[1024] = " ";
	int fd;
	ssize_t got = -1;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		got = read(fd, text + 1, sizeof(text) - 3);
		(void)close(fd);
	}
	if (got <= 0)
		return false;
	text[got + 1] = '\0';
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	(void)snprintf(path, sizeof(path), " %s ", word);
	return strstr(text, path) != NULL;
}

/* A folder whose children have the memory controller. */
static int make(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	if (version == 2)
		return put(path, "cgroup.subtree_control", "+memory");
	(void)put(path, "memory.use_hierarchy", "1"); /* before 5.11 */
	return 0;
}

static void root(pid_t owner, char out[PATH_MAX / 4])
{
	(void)snprintf(out, PATH_MAX / 4, "%s/oomtest_%d", mount_path,
		       (int)owner);
}

static bool works(void)
{
	char path[PATH_MAX / 4], probe[PATH_MAX / 2];
	bool ok;

	root(tree_owner, path);
	if (version == 2 &&
	    !has_word(mount_path, "cgroup.subtree_control", "memory") &&
	    put(mount_path, "cgroup.subtree_control", "+memory"))
		return false;
	if (make(path))
		return false;
	(void)snprintf(probe, sizeof(probe), "%s/probe", path);
	ok = !mkdir(probe, 0755) &&
	     !put(probe, version == 2 ? "memory.max" : "memory.limit_in_bytes",
		  "33554432");
	(void)rmdir(probe);
	(void)rmdir(path);
	return ok;
}

int tree_version(void)
{
	struct mntent *entry;
	FILE *mounts;

	if (version >= 0)
		return version;
	version = 0;
	mounts = setmntent("/proc/self/mounts", "re");
	while (mounts && (entry = getmntent(mounts))) {
		int is = !strcmp(entry->mnt_type, "cgroup") &&
					 hasmntopt(entry, "memory")
				 ? 1
			 : !strcmp(entry->mnt_type, "cgroup2") &&
					 has_word(entry->mnt_dir,
						  "cgroup.controllers",
						  "memory")
				 ? 2
				 : 0;

		if (!is || strlen(entry->mnt_dir) >= sizeof(mount_path))
			continue;
		version = is;
		(void)strcpy(mount_path, entry->mnt_dir);
		break;
	}
	if (mounts)
		(void)endmntent(mounts);
	if (version && !works())
		version = 0;
	return version;
}

bool tree_mounted(void)
{
	(void)tree_version();
	return mount_path[0] != '\0';
}

static int limit(const char *path, unsigned int mib)
{
	char text[32];
	int rc;

	(void)snprintf(text, sizeof(text), "%u", mib << 20);
	if (version == 2) {
		(void)put(path, "memory.swap.max", "0");
		return put(path, "memory.max", text);
	}
	rc = put(path, "memory.limit_in_bytes", text);
	(void)put(path, "memory.memsw.limit_in_bytes", text);
	return rc;
}

static void task_path(const struct tree *t, unsigned int task,
		      char out[PATH_MAX])
{
	(void)snprintf(out, PATH_MAX, "%s/task_%u", t->leaf, task);
}

int tree_make(struct tree *t, uint32_t job_id, const char *step,
	      unsigned int n_tasks, unsigned int limit_mib,
	      unsigned int job_limit_mib)
{
	char path[PATH_MAX / 4], task[PATH_MAX];
	int rc;

	memset(t, 0, sizeof(*t));
	if (!tree_version())
		return -ENOTSUP;
	t->version = version;
	t->n_tasks = n_tasks;
	root(tree_owner, path);
	rc = make(path);
	if (!rc && version == 1) {
		(void)snprintf(path + strlen(path), 32, "/uid_%u", TEST_UID);
		rc = make(path);
	}
	(void)snprintf(t->job, sizeof(t->job), "%s/job_%u", path, job_id);
	(void)snprintf(t->step, sizeof(t->step), "%.900s/step_%s", t->job,
		       step);
	(void)snprintf(t->leaf, sizeof(t->leaf), "%.1000s%s", t->step,
		       version == 2 ? "/user" : "");
	if (!rc)
		rc = make(t->job);
	if (!rc)
		rc = limit(t->job, job_limit_mib);
	if (!rc)
		rc = make(t->step);
	if (!rc && version == 2)
		rc = make(t->leaf);
	if (!rc)
		rc = limit(t->leaf, limit_mib);
	for (unsigned int i = 0; i < n_tasks && !rc; i++) {
		task_path(t, i, task);
		if (mkdir(task, 0755) && errno != EEXIST)
			rc = -errno;
	}
	return rc;
}

int tree_enter(const struct tree *t, unsigned int task, pid_t pid)
{
	char path[PATH_MAX], text[16];

	task_path(t, task, path);
	(void)snprintf(text, sizeof(text), "%d", (int)pid);
	return put(path, "cgroup.procs", text);
}

/* A killed process may still be on its way out. */
static void remove_folder(const char *path)
{
	const struct timespec nap = { .tv_nsec = 5000000 };

	for (int i = 0; i < 100 && rmdir(path) && errno == EBUSY; i++)
		(void)nanosleep(&nap, NULL);
}

void tree_remove(const struct tree *t)
{
	char path[PATH_MAX];

	if (!t->version)
		return;
	for (unsigned int i = 0; i < t->n_tasks; i++) {
		task_path(t, i, path);
		remove_folder(path);
	}
	if (strcmp(t->leaf, t->step) != 0)
		remove_folder(t->leaf);
	remove_folder(t->step);
	/* Another step may still be there. */
	(void)rmdir(t->job);
}

static int sweep_one(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_DP)
		remove_folder(path);
	return 0;
}

void tree_sweep(pid_t owner)
{
	char path[PATH_MAX / 4];

	if (!tree_version())
		return;
	root(owner, path);
	(void)nftw(path, sweep_one, 16, FTW_DEPTH | FTW_PHYS);
}
