/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * python_stack: the Python frames of the thread that computes.
 */
#ifndef NAMES_PYTHON_STACK_H
#define NAMES_PYTHON_STACK_H

#include "python_code.h"

#define PYTHON_FRAMES_MAX 64

struct python_frame {
	uint64_t address, previous, executable, instruction;
	struct python_code code;
};

struct python_stack {
	struct python_frame frames[PYTHON_FRAMES_MAX]; /* inner to outer */
	size_t n;
	uint32_t tid; /* 0: the only one */
	bool asleep;
	bool holds; /* the GIL: it runs Python, and is not in native code */
};

/* False: no frame, or nothing of it held still. */
bool python_stack_read(const struct python_process *p,
		       struct python_stack *stack);

#endif
