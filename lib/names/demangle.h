/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * demangle: a symbol of an object file -> the name that its author wrote.
 *
 * C++ (Itanium) without parameters and long template arguments, Fortran
 * (gfortran, ifort, flang), and what compilers append.  Pure; any bytes.
 */
#ifndef NAMES_DEMANGLE_H
#define NAMES_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

/* Always ends in a NUL; too long: without its outer scopes, then cut. */
void names_demangle(const char *symbol, char *name, size_t cap);

/*
 * Of the C++ library or operator new, wherever its code was put; with `is_static`
 * also of the C library, as its code is then in the program itself.
 */
bool names_is_runtime(const char *symbol, bool is_static);

/* A wrapper of malloc() by its name: what matters is who called it. */
bool names_is_allocator(const char *name);

#endif
