/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver: finished text into a file that a user's task had open.
 *
 * Call it as that user, in a child whose death costs nothing: the file may be
 * on a dead network file system, a FIFO without a reader, or full.  `proc_fd`
 * is a descriptor of /proc: by its self/fd a held file is opened anew, without
 * a path that anybody could have changed.
 */
#ifndef OOM_DELIVER_H
#define OOM_DELIVER_H

#include <sys/types.h>

#include "spool.h"
#include "text.h"

/*
 * Writes all of `text` with one write(2), behind a newline where the file does
 * not end with one.  Never changes the flags of `fd`: they are shared with the
 * job's own processes.  0, or -errno:
 *   -ENODEV   /dev/null: the user wants no output
 *   -ESTALE   the file was deleted: nobody would ever read it
 *   -EAGAIN   a pipe or terminal that did not take it within wait_ms
 *   -ENOSPC, -EPIPE, -EIO, ...  what write said, also after a part of it
 */
int oom_deliver(int proc_fd, int fd, struct oom_span text, int wait_ms);

/*
 * Does `marker` stand in the regular file behind `fd`?  Looks behind byte
 * `from` (what an earlier life of the job appended does not count), and at no
 * more than the last OOM_DELIVER_LOOK bytes.  1 or 0; -ENODATA when it does not stand there but
 * the file is longer than that; -EINVAL when it is not a regular file.
 */
#define OOM_DELIVER_LOOK (4 << 20)
int oom_deliver_has(int proc_fd, int fd, uint64_t from, struct oom_span marker);

/* Notes what a descriptor is, for oom_stream_reopen(). */
void oom_stream_note(int proc_fd, int fd, struct oom_stream *ret);

/*
 * Opens a noted regular file again by its path, for appending, and makes sure
 * that it is the same file.  A descriptor or -errno; -ESTALE for another one.
 */
int oom_stream_reopen(const struct oom_stream *stream);

#endif
