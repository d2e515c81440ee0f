/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory: bounded reads of another process, by its /proc/PID/mem.
 *
 * An address that leads nowhere costs the read and nothing else.
 */
#ifndef NAMES_MEMORY_H
#define NAMES_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All of it, or false. */
bool names_memory_read(int fd, uint64_t address, void *buf, size_t len);
bool names_memory_u64(int fd, uint64_t address, uint64_t *ret);

/* Byte after byte of [at, end). */
struct names_stream {
	int fd;
	uint64_t at, end; /* of what is not read yet */
	size_t next, have;
	uint8_t buf[512];
};

void names_stream_open(struct names_stream *s, int fd, uint64_t at,
		       uint64_t len);

/* The next byte, which it stays if it is only peeked at; -1: no more. */
int names_stream_peek(struct names_stream *s);
int names_stream_next(struct names_stream *s);

#endif
