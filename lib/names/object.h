/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * object: one ELF file that a process has mapped, and what it says about an
 * address of its code.
 *
 * Hostile input: read with pread() (a file that shrinks meanwhile must not kill
 * us by SIGBUS, as a mapping would), each section bounded.  Addresses are those
 * of the file (link-time), but where it says offset.
 */
#ifndef NAMES_OBJECT_H
#define NAMES_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names_object;

struct names_code {
	char function[72]; /* "" when not known */
	char within[72];   /* the function that it is inlined in, or "" */
	char file[40];	   /* of the source; "" when not known */
	uint32_t line;
	bool runtime;  /* not its author's: std::, operator new, static libc */
	bool exported; /* the name is one for callers from outside */
};

/* What stands before a return address. */
enum names_call {
	NAMES_CALL_NONE,
	NAMES_CALL_POINTER, /* call through a register or memory */
	NAMES_CALL_DIRECT,  /* its target is known */
};

/* How to find the caller's frame (CFI). */
struct names_rule {
	bool by_rbp;	    /* the canonical address: from rbp, or from rsp */
	bool realigned;	    /* ... and rsp was: only the chain of rbp holds */
	int64_t cfa_offset; /* to it */
	bool rbp_saved;	    /* at CFA + rbp_offset; else it is the caller's */
	int64_t rbp_offset;
};

/* A regular file, without waiting or touching what is none; or -1. */
int names_open_regular(const char *path);

/* Takes over `fd`, a regular file.  NULL: no ELF that we know, no memory. */
struct names_object *names_object_open(int fd);
void names_object_close(struct names_object *object);

/* Bytes of memory that it holds, about. */
size_t names_object_size(const struct names_object *object);

/* From an offset in the file; false: no code is loaded from there. */
bool names_object_address(const struct names_object *object, uint64_t offset,
			  uint64_t *address);

/* The function and line that hold this address; false: nothing known. */
bool names_object_code(struct names_object *object, uint64_t address,
		       struct names_code *code);

enum names_call names_object_call(struct names_object *object,
				  uint64_t return_address, uint64_t *target);

/* In a procedure linkage table: the call leaves the file. */
bool names_object_is_plt(const struct names_object *object, uint64_t address);

/* A function begins here, or we cannot tell. */
bool names_object_is_entry(struct names_object *object, uint64_t address);

bool names_object_rule(struct names_object *object, uint64_t address,
		       struct names_rule *rule);

#endif
