// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX 8192

static void cut(struct oom_buf *buf, size_t len)
{
	buf->len = len;
	if (buf->cap)
		buf->ptr[len] = '\0';
}

void oom_capture_add(struct oom_buf *buf, const char *section,
		     struct oom_span content)
{
	struct oom_span line;
	size_t mark = buf->len;

	oom_buf_printf(buf, "[%s]\n", section);
	if (buf->truncated) {
		cut(buf, mark);
		return;
	}
	while (oom_next_line(&content, &line)) {
		mark = buf->len;
		oom_buf_puts(buf, " ");
		oom_buf_add(buf, line);
		oom_buf_puts(buf, "\n");
		if (buf->truncated) {
			cut(buf, mark);
			return;
		}
		for (size_t i = mark; i < buf->len; i++)
			if (!buf->ptr[i])
				buf->ptr[i] = '?';
	}
}

int oom_capture_add_file(struct oom_buf *buf, const char *section, int dirfd,
			 const char *file)
{
	char text[FILE_MAX];
	size_t len = 0;
	ssize_t got;
	int fd = openat(dirfd, file,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc = 0;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text + len, sizeof(text) - len);
		if (got > 0)
			len += (size_t)got;
		else if (got < 0 && errno != EINTR)
			rc = -errno;
	} while (!rc && got && len < sizeof(text));
	(void)close(fd);
	if (rc)
		return rc;
	oom_capture_add(buf, section, (struct oom_span){ text, len });
	return 0;
}

bool oom_capture_next(struct oom_span *rest, struct oom_span *section,
		      struct oom_span *body)
{
	struct oom_span line;

	while (oom_next_line(rest, &line)) {
		if (line.len < 2 || line.ptr[0] != '[' ||
		    line.ptr[line.len - 1] != ']')
			continue;
		section->ptr = line.ptr + 1;
		section->len = line.len - 2;
		body->ptr = rest->ptr;
		while (rest->len && rest->ptr[0] == ' ')
			(void)oom_next_line(rest, &line);
		body->len = (size_t)(rest->ptr - body->ptr);
		return true;
	}
	return false;
}

bool oom_capture_line(struct oom_span *body, struct oom_span *line)
{
	if (!oom_next_line(body, line))
		return false;
	if (line->len && line->ptr[0] == ' ') {
		line->ptr++;
		line->len--;
	}
	return true;
}
