/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * python_code: a code object of another process: its names, its file, and the
 * line of an instruction.
 */
#ifndef NAMES_PYTHON_CODE_H
#define NAMES_PYTHON_CODE_H

#include "python.h"
#include "python_layout.h"

/* One process, while it is being looked at. */
struct python_process {
	const struct names_python *known;
	struct python_layout layout;
	int proc_fd, mem_fd;
	uint32_t pid;
};

struct python_code {
	uint64_t filename, name, qualname, line_table;
	uint64_t bytecode, bytecode_len;
	uint32_t first_line;
};

/* False: there is none at this address. */
bool python_code_read(const struct python_process *p, uint64_t address,
		      struct python_code *ret);

/* Whether an instruction can be one of it (or the one before its first). */
bool python_code_holds(const struct python_process *p,
		       const struct python_code *code, uint64_t instruction);

/* 0: not known. */
uint32_t python_code_line(const struct python_process *p,
			  const struct python_code *code, uint64_t instruction);

/* The string's end if it is longer; printable ASCII.  False: no string. */
bool python_string(const struct python_process *p, uint64_t address, char *ret,
		   size_t cap);

#endif
