/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * python_find: whether a process is CPython, and where that keeps its state.
 *
 * By the symbols of the file that it has mapped, opened as the user, and only
 * if it is the same file.
 */
#ifndef NAMES_PYTHON_FIND_H
#define NAMES_PYTHON_FIND_H

#include "python.h"

/* Keeps its answer in `python` for as long as the process has the same file. */
bool python_find(struct names_python *python, const struct names_maps *maps,
		 int proc_fd, int mem_fd, uint32_t pid);

#endif
