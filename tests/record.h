/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A flight record for its tests, and something to put into it. */
#ifndef OOM_TESTS_RECORD_H
#define OOM_TESTS_RECORD_H

#include "check.h"

#include "../lib/record.h"

#define LIMIT_KIB (1 << 20)
#define TEXT_MAX  (192 << 10)

/* Of its own size on the heap: a step beyond its end is seen. */
static struct oom_record *record;

static inline void begin(void)
{
	free(record);
	record = calloc(1, sizeof(*record));
	ck_assert_ptr_nonnull(record);
	oom_record_begin(record, LIMIT_KIB);
	record->started = 1;
}

static inline void end(void)
{
	free(record);
	record = NULL;
}

static inline struct oom_proc proc_of(uint32_t pid, uint64_t anon_kib)
{
	return (struct oom_proc){ .pid = pid,
				  .ppid = 1000,
				  .start_ticks = 5000 + pid,
				  .name = "work",
				  .threads = 3,
				  .virtual_kib = 2 * anon_kib,
				  .anon_kib = anon_kib,
				  .data_kib = anon_kib };
}

static inline struct oom_track *track(uint32_t pid)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++)
		if (record->tracks[i].pid == pid)
			return &record->tracks[i];
	return NULL;
}

static inline void saw_file(uint32_t pid, const char *path, uint64_t position,
			    uint32_t at_ms)
{
	struct oom_open_file file = { .position = position };

	oom_span_copy(oom_span(path), file.path, sizeof(file.path));
	oom_record_file(record, pid, &file, at_ms);
}

#endif
