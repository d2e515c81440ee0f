/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hierarchy: libcgroup's answer, asked for once and kept for the node.
 *
 * libcgroup takes a megabyte and some milliseconds to find the hierarchy that
 * serves memory: too much for each step.  A child asks it, and the answer stays
 * in a file of the spool folder, which the next boot finds empty.
 */
#ifndef OOM_HIERARCHY_H
#define OOM_HIERARCHY_H

#include "cgroup.h"

/*
 * The kept answer where it is still true, else a new one; and a descriptor of
 * the mount point (O_PATH, the caller's).  `dir_fd` is the spool folder.  0 or
 * -errno: -ENOENT when no controller serves memory, -ETIMEDOUT when libcgroup
 * was too slow (its answer is kept for the next step all the same).
 */
int oom_hierarchy_find(int dir_fd, int proc_fd, struct oom_hierarchy *ret,
		       int *mount_fd);

#endif
