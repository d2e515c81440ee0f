/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_text: the flight record as sections of a capture, and back.
 *
 * Pure, and nothing for the recorder's thread: both ways run in the user's
 * child, on bytes that nobody vouches for.
 */
#ifndef OOM_RECORD_TEXT_H
#define OOM_RECORD_TEXT_H

#include "record.h"

/* What the user's child can find out about a file; unknown where it cannot. */
struct oom_file_facts {
	struct oom_reading size_bytes, stored_bytes;
};

/*
 * Renders the record as sections of a capture: [recorder], [usage],
 * [recent usage], [process PID], [census], [files], [faults], [places].  Whatever the
 * bytes are: counts beyond their arrays and torn entries are left out.  `facts`
 * has one entry for each of record->files, or is NULL.
 */
void oom_record_capture(const struct oom_record *record,
			const struct oom_file_facts *facts,
			struct oom_buf *capture);

/* The same, read back from a capture; for the diagnosis. */
struct oom_history {
	struct oom_record record; /* started: there was a recorder */
	struct oom_file_facts facts[OOM_FILES_MAX];
	unsigned int n_tracks, n_census, n_files, n_places;
};

/*
 * Takes in one section when it is one of the above (true), line by line: a
 * garbled line is left out, and points that are not in order of time.  A
 * process whose points are not all there, in order, has none: of half a story
 * one could make another.
 * *history must be all zero before the first.
 */
bool oom_history_section(struct oom_history *history, struct oom_span section,
			 struct oom_span body);

#endif
