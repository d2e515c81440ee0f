/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * whose: from a mapped file's path, whose code it holds.  Pure.
 */
#ifndef NAMES_WHOSE_H
#define NAMES_WHOSE_H

#include <stdbool.h>

enum names_whose {
	NAMES_USER,	   /* the program itself, or a library of its author */
	NAMES_OTHER,	   /* outside of the system's folders, not the user's */
	NAMES_LIBRARY,	   /* one whose name says something */
	NAMES_TRANSPORT,   /* the same, but only below a user's function: it
			    * carries what others make */
	NAMES_INTERPRETER, /* Python's, R's, ... inside */
	NAMES_SILENT,	   /* libc, allocators, the compilers' libraries */
};

struct names_module {
	bool is_exe;	 /* the program itself */
	bool is_own;	 /* its file belongs to the user */
	const char *exe; /* the program's path, or "" */
};

/* `label`: what a user calls it ("numpy", "BLAS", "libxml2"). */
enum names_whose names_whose(const char *path,
			     const struct names_module *module, char label[24]);

/* The path's last component, without " (deleted)". */
void names_base(const char *path, char base[64]);

#endif
