/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * java: how large a Java virtual machine's heap may become, as its command line
 * says (-Xmx, -XX:MaxHeapSize: java(1)) or else JAVA_TOOL_OPTIONS; the last one
 * counts.  Where neither says anything the JVM has chosen by itself, and has set
 * aside address space for a heap of that size.
 */
#ifndef NAMES_JAVA_H
#define NAMES_JAVA_H

#include "maps.h"

enum names_java {
	NAMES_JAVA_NOTHING, /* no JVM, or it says nothing of its heap */
	NAMES_JAVA_COMMAND,
	NAMES_JAVA_ENVIRONMENT,
	NAMES_JAVA_RESERVED, /* the address space that it set aside for it */
};

/*
 * Words that each end in a NUL.  Of the options in front of the main class.
 * False: they say nothing of it.
 */
bool names_java_parse(const char *cmdline, size_t len, uint64_t *bytes);
bool names_java_parse_env(const char *environ, size_t len, uint64_t *bytes);

/*
 * The address space set aside for the heap; 0: it does not show.  Seen with
 * OpenJDK 17 (G1, Serial, Parallel, Shenandoah): with compressed references,
 * the default below 32 GiB, it ends at 4 or at 32 GiB, and has no gap from its
 * first to its last page.  It does not show with ZGC, without compressed
 * references, or above 32 GiB.
 */
uint64_t names_java_reserved(const struct names_maps *maps);

/*
 * The same of a process with a libjvm.so in its mappings; reads its
 * /proc/PID/cmdline and environ, which are its memory.
 */
enum names_java names_java_heap(const struct names_maps *maps, int proc_fd,
				uint32_t pid, uint64_t *bytes);

#endif
