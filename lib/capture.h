/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture: raw evidence as one bounded text.
 *
 * What the privileged side read (kernel files, word for word) and what it knew
 * (job, tasks) is put down here unparsed; everything after it works from this
 * text alone.  So a real kill can be kept as a file, reviewed, edited and
 * replayed on any machine, and the epilog hook can finish what slurmstepd
 * could not.
 *
 *	[section name]
 *	 line of content, behind one blank
 *
 * Content can never be mistaken for a section: each of its lines starts with a
 * blank.  NUL bytes become '?'.
 */
#ifndef OOM_CAPTURE_H
#define OOM_CAPTURE_H

#include "text.h"

/* The first line of a capture that is kept in a file. */
#define OOM_CAPTURE_MAGIC "#oom-advice-capture 1"

/*
 * Appends one section; a text that does not fit is cut at a line's end, and
 * buf->truncated is set.
 */
void oom_capture_add(struct oom_buf *buf, const char *section,
		     struct oom_span content);

/*
 * Reads dirfd/file (at most 8 KiB, O_NOFOLLOW, O_NONBLOCK) into a section.
 * 0 or -errno; nothing is added on failure.  Only for kernel files: never for
 * a path that a user controls.
 */
int oom_capture_add_file(struct oom_buf *buf, const char *section, int dirfd,
			 const char *file);

/*
 * Takes the next section off the front of *rest.  `body` still holds the
 * leading blank of each line; word-wise parsers do not mind, others use
 * oom_capture_line().  Lines outside a section are passed over.
 */
bool oom_capture_next(struct oom_span *rest, struct oom_span *section,
		      struct oom_span *body);
bool oom_capture_line(struct oom_span *body, struct oom_span *line);

#endif
