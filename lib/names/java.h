/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * java: how large a Java virtual machine's heap may become, as its command line
 * says (-Xmx, -XX:MaxHeapSize: java(1)); the last one counts.
 */
#ifndef NAMES_JAVA_H
#define NAMES_JAVA_H

#include "maps.h"

/* Of the options in front of the main class.  False: it says nothing of it. */
bool names_java_parse(const char *cmdline, size_t len, uint64_t *bytes);

/*
 * The same of a process with a libjvm.so in its mappings; reads its
 * /proc/PID/cmdline, which is its memory.
 */
bool names_java_heap(const struct names_maps *maps, int proc_fd, uint32_t pid,
		     uint64_t *bytes);

#endif
