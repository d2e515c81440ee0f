/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * python: the line that a CPython process is at, read from outside.
 *
 * Nothing is stopped, injected or written: its memory is read through a
 * descriptor of /proc/PID/mem, every pointer checked, and what was torn in the
 * reading is dropped.  3.9 to 3.14, by the interpreter's own offsets where it
 * publishes them (_Py_DebugOffsets, 3.13 on); not without a GIL.
 *
 * Of a program that has the interpreter linked in and is not called python*,
 * what it shows to its modules is looked at, no more; and if that is 3.9 or
 * 3.10, only once it has loaded a module.
 */
#ifndef NAMES_PYTHON_H
#define NAMES_PYTHON_H

#include "maps.h"
#include "place.h"

/* What was found out about one process; all zero: not looked yet. */
struct names_python {
	int state; /* 0: not looked; <0: no CPython that we know; >0: it is */
	uint16_t version;			     /* 0x030b: 3.11 */
	uint64_t runtime;			     /* &_PyRuntime */
	uint64_t code_type, string_type, bytes_type; /* &PyCode_Type, ... */
	uint64_t start, inode; /* of the mapping that this was found by */
};

/*
 * Where the thread is that computes: the holder of the GIL, or the one that was
 * last.  place->via: what it called of the standard library or of
 * site-packages, whose frames are not the user's, as "in numpy ones"; else its
 * two callers, as "by f < g".
 * `proc_fd` is /proc, `mem_fd` its /proc/PID/mem.  False: not known.
 */
bool names_python_place(struct names_python *python,
			const struct names_maps *maps, int proc_fd, int mem_fd,
			uint32_t pid, struct names_place *place);

#endif
