/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hierarchy: what is the same for all steps of a node, asked for once and kept.
 *
 * libcgroup takes a megabyte and some milliseconds to find the hierarchy that
 * serves memory: too much for each step.  A child asks it, and the answer stays
 * in the spool folder beside the boot id, as the text of a symbolic link: it is
 * whole at any moment, and one system call reads it.
 *
 * /run is emptied at boot nearly everywhere; a spool file that carries the boot
 * id of an earlier boot would be lost all the same, or be believed.  So the
 * answer also says when the machine was booted, by its two clocks, which costs
 * no system call to compare: an answer that is off by some seconds, since the
 * clock was set or since there was another boot, is looked into and kept anew.
 */
#ifndef OOM_HIERARCHY_H
#define OOM_HIERARCHY_H

#include "cgroup.h"
#include "spool.h"

struct oom_node {
	struct oom_hierarchy hierarchy;
	char boot_id[OOM_BOOT_ID_LEN];
};

/*
 * The kept answer where it is still true, else (or with `anew`) a new one; and a
 * descriptor of the mount point (O_PATH, the caller's).  `dir_fd` is the spool
 * folder.  0 or -errno: -ENOENT when no controller serves memory, -ETIMEDOUT
 * when libcgroup was too slow (its answer is kept for the next step all the
 * same).
 */
int oom_hierarchy_find(int dir_fd, int proc_fd, bool anew, struct oom_node *ret,
		       int *mount_fd);

#endif
