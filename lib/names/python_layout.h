/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * python_layout: where CPython keeps what we read, by its version.
 *
 * 3.9 and 3.11: from their headers.  3.13 and 3.14: as the process says itself,
 * in _Py_DebugOffsets at the head of _PyRuntime; within our bounds.
 */
#ifndef NAMES_PYTHON_LAYOUT_H
#define NAMES_PYTHON_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* What a struct's fields must lie within for one read to fetch them all. */
#define PYTHON_THREAD_MAX 1024
#define PYTHON_FRAME_MAX  256
#define PYTHON_CODE_MAX	  512

/* Offsets in bytes; 0 where the version has no such field. */
struct python_layout {
	uint16_t version; /* 0x030b: 3.11 */

	/* _PyRuntime */
	uint32_t interpreters;
	/* 3.9, 3.11: one GIL, there; who holds it, or held it last. */
	uint32_t current, last;

	/* PyInterpreterState */
	uint32_t interpreter_next, threads;
	/* 3.13 on: the pointer to its GIL, and fields of that. */
	uint32_t gil, gil_locked, gil_holder;

	/* PyThreadState */
	uint32_t thread_next, thread_interpreter, thread_frame;
	/* 3.11: thread_frame leads to a _PyCFrame, whose field this is. */
	uint32_t cframe_frame;
	uint32_t thread_native, thread_pthread;

	/* PyFrameObject (3.9) or _PyInterpreterFrame */
	uint32_t previous, executable, instruction, owner;
	uint32_t executing; /* 3.9: 1, else it has ended or waits */
	/* 3.9: `instruction` is an int, bytes from the code's begin. */
	bool instruction_is_index;

	/* PyCodeObject; 3.9: `bytecode` is a pointer to a bytes object. */
	uint32_t filename, name, qualname, line_table, first_line, bytecode;

	/* PyUnicodeObject: compact ASCII's text is at `ascii`, others' at
	 * `compact`; PyBytesObject. */
	uint32_t length, state, ascii, compact;
	uint32_t bytes;
};

/* False: no such version, or (3.13 on) the process does not say. */
bool python_layout(struct python_layout *layout, uint16_t version, int mem_fd,
		   uint64_t runtime);

#endif
