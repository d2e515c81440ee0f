/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advice: diagnosis and request in, the block of text for the user out.
 *
 * Pure: no files, clock, environment or locale.  At most OOM_BLOCK_LINES lines
 * of OOM_BLOCK_WIDTH columns of plain ASCII, whatever names a user chose; the
 * last line is the machine-readable one and may be wider.
 */
#ifndef OOM_ADVICE_H
#define OOM_ADVICE_H

#include "diagnose.h"
#include "page.h"
#include "request.h"

#define OOM_BLOCK_LINES 24
#define OOM_BLOCK_WIDTH OOM_PAGE_WIDTH
/* One write to a pipe of no more than PIPE_BUF (4096) bytes is never mixed. */
#define OOM_BLOCK_MAX 3900

/*
 * Writes the block into *out.  All of it fits into OOM_BLOCK_MAX bytes; a
 * smaller buffer cuts it and sets out->truncated.
 */
void oom_advice_block(const struct oom_findings *findings,
		      const struct oom_diagnosis *diagnosis,
		      const struct oom_request *request, struct oom_buf *out);

/*
 * The beginning of the machine-readable line, which no other step's block on
 * any node of the job has: tells whether a block already stands in a file.
 */
#define OOM_MARKER_MAX 160
void oom_advice_marker(const struct oom_findings *findings,
		       struct oom_buf *out);

/*
 * The line for the file of a step whose block stands in the job's output file;
 * `job_output` is that file's path or NULL.
 */
#define OOM_POINTER_MAX 400
void oom_advice_pointer(const struct oom_findings *findings,
			const char *job_output, struct oom_buf *out);

/*
 * What is said at once when a step goes on after a kill: at most three lines,
 * none of them the machine-readable one.
 */
#define OOM_NOTICE_MAX 400
void oom_advice_notice(const struct oom_findings *findings,
		       const struct oom_diagnosis *diagnosis,
		       struct oom_buf *out);

#endif
