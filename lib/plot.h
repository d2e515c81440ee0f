/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot: memory over time against its limit, as eight lines of plain ASCII.
 *
 *    150 MiB +-----------------------------------------------------X limit
 *            |                                                    .#
 *            |                                       ..#....#...#.::
 *     75 MiB |                          ..#...#....#.:::::::::::::::
 *            |            ..#....#...#..::::::::::::::::::::::::::::
 *            | #...#....#.::::::::::::::::::::::::::::::::::::::::::
 *          0 +------------------------------------------------------
 *            0 s                                   X: killed at 12 s
 *
 * '#' is a measured value, '.' a straight line between the measured columns
 * on either side, where nobody looked; ':' fills what is below.  Nothing is
 * drawn before the first point and after the last.
 *
 * Pure: no files, clock, environment, locale or allocation.
 */
#ifndef OOM_PLOT_H
#define OOM_PLOT_H

#include <stddef.h>
#include <stdint.h>

#include "reading.h"
#include "text.h"

#define OOM_PLOT_LINES 8
#define OOM_PLOT_WIDTH 72
/* All of a drawing: its lines, a newline after each, and a NUL. */
#define OOM_PLOT_MAX	    (OOM_PLOT_LINES * (OOM_PLOT_WIDTH + 1) + 1)

#define OOM_PLOT_POINTS_MIN 4 /* fewer make no picture */
#define OOM_PLOT_KILLS	    4

/* Any values at all; times count from the step's start. */
struct oom_plot_point {
	uint64_t at_ms;
	uint64_t bytes;
};

/*
 * points: the caller's, only read during the call, in the order of time and as
 * far apart as they like.  One that is earlier than a point before it or later
 * than end_ms is dropped.  What the kernel's report says about the moment of a
 * kill is worth a point: the last sample is always a little older.
 *
 * limit_bytes: not known, OOM_UNLIMITED or 0 draws no limit.
 *
 * kill_at_ms: in any order, with unknown ones in between; one later than
 * end_ms is dropped.
 */
struct oom_plot {
	const struct oom_plot_point *points;
	size_t n;
	struct oom_reading limit_bytes;
	struct oom_reading kill_at_ms[OOM_PLOT_KILLS];
	uint64_t end_ms;
};

/*
 * Time runs from 0 to end_ms.  A column shows the largest value of its time,
 * the last column that of end_ms too.
 *
 * Memory runs from 0 to the limit; to the largest value when there is no limit
 * or when that is more than a hundredth above it (the kernel charges a little
 * beyond a limit).  A row is filled from its middle on, so that the label of
 * the middle row is where it is filled; the lowest row, by anything above 0.
 * The line of the limit is crossed by what is above the limit, and only that.
 *
 * 'X' marks a kill, one row above what is drawn at its time or, if nothing is,
 * last before; on the axis when nothing is drawn before it.
 *
 * True when a drawing was added to *out, which sets out->truncated when it is
 * too small.  False, with *out untouched, when there is too little to show:
 * fewer than OOM_PLOT_POINTS_MIN points, all at one moment or all 0.
 */
bool oom_plot(const struct oom_plot *plot, struct oom_buf *out);

#endif
