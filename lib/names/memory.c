// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.h"

#include <unistd.h>

bool names_memory_read(int fd, uint64_t address, void *buf, size_t len)
{
	/* The first page is never a process's own; off_t has a sign. */
	if (address < 4096 || address > INT64_MAX - len)
		return false;
	return pread(fd, buf, len, (off_t)address) == (ssize_t)len;
}

bool names_memory_u64(int fd, uint64_t address, uint64_t *ret)
{
	uint64_t value;

	if (!names_memory_read(fd, address, &value, sizeof(value)))
		return false;
	*ret = value;
	return true;
}

void names_stream_open(struct names_stream *s, int fd, uint64_t at,
		       uint64_t len)
{
	s->fd = fd;
	s->at = at;
	s->end = len > INT64_MAX - at ? at : at + len;
	s->next = s->have = 0;
}

int names_stream_peek(struct names_stream *s)
{
	if (s->next == s->have) {
		uint64_t left = s->end - s->at;
		size_t len = left < sizeof(s->buf) ? left : sizeof(s->buf);

		if (!len || !names_memory_read(s->fd, s->at, s->buf, len))
			return -1;
		s->at += len;
		s->have = len;
		s->next = 0;
	}
	return s->buf[s->next];
}

int names_stream_next(struct names_stream *s)
{
	int byte = names_stream_peek(s);

	if (byte >= 0)
		s->next++;
	return byte;
}
