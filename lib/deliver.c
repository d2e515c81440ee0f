// SPDX-License-Identifier: GPL-2.0-or-later
#include "deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#define LOOK_CHUNK 16384

/* Another description of the same file: ours to set flags on. */
static int reopen(int proc_fd, int fd, int flags)
{
	char path[32];
	int copy;

	(void)snprintf(path, sizeof(path), "self/fd/%d", fd);
	copy = openat(proc_fd, path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return copy < 0 ? -errno : copy;
}

static bool is_null(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* Unknown counts as "no": a blank line too many does no harm. */
static bool ends_with_newline(int proc_fd, int fd, const struct stat *st)
{
	char last = '\0';
	int copy;

	if (!S_ISREG(st->st_mode))
		return false;
	if (!st->st_size)
		return true;
	copy = reopen(proc_fd, fd, O_RDONLY);
	if (copy < 0)
		return false;
	if (pread(copy, &last, 1, st->st_size - 1) != 1)
		last = '\0';
	(void)close(copy);
	return last == '\n';
}

static int wait_writable(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int n = poll(&p, 1, wait_ms);

	if (n < 0)
		return -errno;
	if (!n)
		return -EAGAIN;
	if (p.revents & (POLLERR | POLLHUP | POLLNVAL))
		return -EPIPE;
	return 0;
}

static int write_whole(int fd, bool newline, struct oom_span text)
{
	struct iovec parts[2] = { { (char *)"\n", newline ? 1 : 0 },
				  { (char *)text.ptr, text.len } };
	ssize_t want = (ssize_t)(parts[0].iov_len + text.len), wrote;

	do
		wrote = writev(fd, parts, 2);
	while (wrote < 0 && errno == EINTR);
	if (wrote < 0)
		return -errno;
	return wrote == want ? 0 : -ENOSPC;
}

int oom_deliver(int proc_fd, int fd, struct oom_span text, int wait_ms)
{
	struct stat st;
	bool newline;
	int copy, rc;

	if (fstat(fd, &st))
		return -errno;
	if (is_null(&st))
		return -ENODEV;
	if (S_ISREG(st.st_mode) && !st.st_nlink)
		return -ESTALE;
	newline = !ends_with_newline(proc_fd, fd, &st);
	if (S_ISREG(st.st_mode)) {
		int flags = fcntl(fd, F_GETFL);

		/* slurmstepd opens all of them so; a stray one is reopened. */
		copy = flags >= 0 && (flags & O_APPEND)
			       ? -1
			       : reopen(proc_fd, fd, O_WRONLY | O_APPEND);
		rc = write_whole(copy >= 0 ? copy : fd, newline, text);
		if (copy >= 0)
			(void)close(copy);
		return rc;
	}
	/*
	 * Up to PIPE_BUF bytes a ready pipe takes whole and at once, so the
	 * shared, blocking descriptor serves where ours cannot be had (a pipe
	 * that slurmstepd made is root's).
	 */
	rc = wait_writable(fd, wait_ms);
	if (rc)
		return rc;
	copy = S_ISSOCK(st.st_mode) ? -1 : reopen(proc_fd, fd, O_WRONLY);
	rc = write_whole(copy >= 0 ? copy : fd, newline, text);
	if (copy >= 0)
		(void)close(copy);
	return rc;
}

int oom_deliver_has(int proc_fd, int fd, uint64_t from, struct oom_span marker)
{
	char text[LOOK_CHUNK];
	struct stat st;
	off_t at = 0, end;
	int copy, rc = 0;

	if (!marker.len || marker.len > sizeof(text) / 2)
		return -EINVAL;
	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	copy = reopen(proc_fd, fd, O_RDONLY);
	if (copy < 0)
		return copy;
	end = st.st_size;
	/* Shorter than it was: somebody cut it, and all of it is new. */
	if (from <= (uint64_t)end)
		at = (off_t)from;
	if (end - at > OOM_DELIVER_LOOK) {
		at = end - OOM_DELIVER_LOOK;
		rc = -ENODATA;
	}
	while (at < end) {
		ssize_t got = pread(copy, text, sizeof(text), at);

		if (got <= 0)
			break;
		if (memmem(text, (size_t)got, marker.ptr, marker.len)) {
			rc = 1;
			break;
		}
		/* It may lie across two chunks. */
		if ((size_t)got <= marker.len)
			break;
		at += got - (ssize_t)marker.len;
	}
	(void)close(copy);
	return rc;
}

void oom_stream_note(int proc_fd, int fd, struct oom_stream *ret)
{
	struct oom_stream note = { .known = 1 };
	char link[32];
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st))
		return;
	note.mode = st.st_mode;
	note.dev = st.st_dev;
	note.ino = st.st_ino;
	note.size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	(void)snprintf(link, sizeof(link), "self/fd/%d", fd);
	len = S_ISREG(st.st_mode) ? readlinkat(proc_fd, link, note.path,
					       sizeof(note.path) - 1)
				  : 0;
	if (len < 0 || (size_t)len >= sizeof(note.path) - 1)
		len = 0;
	note.path[len] = '\0';
	*ret = note;
}

int oom_stream_reopen(const struct oom_stream *stream)
{
	struct stat st;
	int fd;

	if (!stream->known || !S_ISREG(stream->mode) || !stream->path[0])
		return -ENOENT;
	fd = open(stream->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
					O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
	    st.st_dev != stream->dev || st.st_ino != stream->ino) {
		(void)close(fd);
		return -ESTALE;
	}
	return fd;
}
