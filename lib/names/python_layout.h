/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * python_layout: where CPython keeps what we read, by its version.
 *
 * 3.9 to 3.12: from their headers.  3.13 and 3.14: as the process says itself, in
 * _Py_DebugOffsets at the head of _PyRuntime; within our bounds.
 */
#ifndef NAMES_PYTHON_LAYOUT_H
#define NAMES_PYTHON_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* What a struct's fields must lie within for one read to fetch them all. */
#define PYTHON_THREAD_MAX 1024
#define PYTHON_FRAME_MAX  256
#define PYTHON_CODE_MAX	  512

/* How a code object says which line an instruction is of. */
enum python_lines {
	PYTHON_LINES_PAIRS,	/* 3.9: co_lnotab */
	PYTHON_LINES_RANGES,	/* 3.10: co_linetable, PEP 626 */
	PYTHON_LINES_LOCATIONS, /* 3.11 on: co_linetable with columns */
};

/* Offsets in bytes; 0 where the version has no such field. */
struct python_layout {
	uint16_t version; /* 0x030b: 3.11 */

	/* _PyRuntime */
	uint32_t interpreters;
	/* 3.9 to 3.11: one GIL, there; who holds it, or held it last. */
	uint32_t current, last;

	/* PyInterpreterState */
	uint32_t interpreter_next, threads;
	/* 3.12 on: the pointer to its GIL, and fields of that. */
	uint32_t gil, gil_locked, gil_holder;

	/* PyThreadState */
	uint32_t thread_next, thread_interpreter, thread_frame;
	/* 3.11, 3.12: thread_frame leads to a _PyCFrame, whose field this is. */
	bool has_cframe;
	uint32_t cframe_frame;
	uint32_t thread_native, thread_pthread;

	/* PyFrameObject (to 3.10) or _PyInterpreterFrame */
	uint32_t previous, executable, instruction, owner;
	/* 3.9, 3.10: a char that is this, else it has ended or waits. */
	uint32_t executing;
	uint8_t executing_is;
	/* 3.9, 3.10: `instruction` is an int, in so many bytes. */
	uint8_t index_bytes;

	/* PyCodeObject; to 3.10 `bytecode` is a pointer to bytes. */
	enum python_lines lines;
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
