/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mounts: which file systems are memory, by /proc/PID/mountinfo
 * (proc_pid_mountinfo(5)): a job may have mounts of its own.
 */
#ifndef NAMES_MOUNTS_H
#define NAMES_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Whether one of these mounts is a tmpfs on that device; reads to the end. */
bool names_mounts_is_tmpfs(FILE *mountinfo, uint32_t major, uint32_t minor);

#endif
